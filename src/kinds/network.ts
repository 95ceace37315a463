import { defineKind, type ObjectOf } from '../kind.ts';
import { boolean, intOrString, list, map, number, object, string } from '../shape.ts';
import { condition } from './pod-template.ts';

export const Service = defineKind({
  kind: 'Service',
  group: '',
  version: 'v1',
  plural: 'services',
  namespaced: true,
  annotations: ['control-plane.alpha.kubernetes.io/leader', 'service.kubernetes.io/topology-mode'],
  keep: {
    spec: object({
      type: string,
      clusterIP: string,
      externalName: string,
      publishNotReadyAddresses: boolean,
      loadBalancerClass: string,
      healthCheckNodePort: number,
      selector: map(string),
      ports: list(object({ name: string, port: number, targetPort: intOrString, protocol: string, nodePort: number })),
    }),
    status: object({
      loadBalancer: object({ ingress: list(object({ ip: string, hostname: string })) }),
      conditions: list(condition),
    }),
  },
});
export type Service = ObjectOf<typeof Service>;

export const EndpointSlice = defineKind({
  kind: 'EndpointSlice',
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  namespaced: true,
  keep: {
    endpoints: list(
      object({
        conditions: object({ ready: boolean, serving: boolean, terminating: boolean }),
        targetRef: object({ kind: string, namespace: string, name: string }),
        nodeName: string,
      }),
    ),
    ports: list(object({ name: string, port: number, protocol: string })),
  },
});
export type EndpointSlice = ObjectOf<typeof EndpointSlice>;

const ingressBackend = object({
  service: object({ name: string, port: object({ name: string, number: number }) }),
  resource: object({ kind: string, name: string }),
});

export const Ingress = defineKind({
  kind: 'Ingress',
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  namespaced: true,
  annotations: [
    'kubernetes.io/ingress.class',
    'nginx.ingress.kubernetes.io/canary',
    'nginx.org/mergeable-ingress-type',
    'cert-manager.io/issuer',
    'cert-manager.io/cluster-issuer',
    'kubernetes.io/tls-acme',
    // These name ConfigMaps.
    'nginx.ingress.kubernetes.io/auth-proxy-set-headers',
    'nginx.ingress.kubernetes.io/custom-headers',
    'nginx.ingress.kubernetes.io/fastcgi-params-configmap',
  ],
  keep: {
    spec: object({
      ingressClassName: string,
      defaultBackend: ingressBackend,
      tls: list(object({ hosts: list(string), secretName: string })),
      rules: list(
        object({
          host: string,
          http: object({ paths: list(object({ path: string, pathType: string, backend: ingressBackend })) }),
        }),
      ),
    }),
    status: object({ loadBalancer: object({ ingress: list(object({ ip: string, hostname: string })) }) }),
  },
});
export type Ingress = ObjectOf<typeof Ingress>;

export const IngressClass = defineKind({
  kind: 'IngressClass',
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingressclasses',
  namespaced: false,
  annotations: ['ingressclass.kubernetes.io/is-default-class'],
  keep: {
    spec: object({ controller: string, parameters: object({ kind: string, name: string, namespace: string }) }),
  },
});
export type IngressClass = ObjectOf<typeof IngressClass>;
