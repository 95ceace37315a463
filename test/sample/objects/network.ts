import { type Age, ago, type Manifest } from '../manifest.ts';
import { tlsSecret } from './configuration.ts';

export interface ServicePort {
  name?: string;
  port: number;
  targetPort?: number | string;
}

interface ServiceOptions {
  namespace: string;
  name: string;
  selector: Record<string, string>;
  ports: ServicePort[];
  headless?: boolean;
  /** The address that a cloud's load balancer was given. */
  loadBalancerIp?: string;
  age?: Age;
}

export function service(options: ServiceOptions): Manifest {
  const { namespace, name, selector, ports, headless, loadBalancerIp, age = '200d' } = options;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: selector, creationTimestamp: ago(age) },
    spec: {
      selector,
      ports: ports.map(({ name = 'http', port, targetPort = port }) => ({ name, port, targetPort, protocol: 'TCP' })),
      ...(headless && { clusterIP: 'None' }),
      ...(loadBalancerIp && { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
    },
    ...(loadBalancerIp && { status: { loadBalancer: { ingress: [{ ip: loadBalancerIp, ipMode: 'VIP' }] } } }),
  };
}

/** The address of the load balancer in front of the ingress controller. */
export const INGRESS_IP = '203.0.113.20';

interface IngressOptions {
  namespace: string;
  name: string;
  host: string;
  /** Path to Service name; each Service is asked at its port 80. */
  paths: Record<string, string>;
  /** `missing` refers to a Secret that is not there. */
  tls?: 'present' | 'missing';
  className?: string;
  age?: Age;
}

/** An Ingress and the Secret with its certificate. */
export function ingress(options: IngressOptions): Manifest[] {
  const { namespace, name, host, paths, tls = 'present', className = 'nginx', age = '200d' } = options;
  const secretName = `${name}-tls`;
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, creationTimestamp: ago(age) },
    spec: {
      ingressClassName: className,
      tls: [{ hosts: [host], secretName }],
      rules: [
        {
          host,
          http: {
            paths: Object.entries(paths).map(([path, service]) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            })),
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: INGRESS_IP }] } },
  };
  return tls === 'present' ? [ingress, tlsSecret(namespace, secretName)] : [ingress];
}

export function ingressClass(name: string, controller: string, isDefault = false): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name,
      creationTimestamp: ago('365d'),
      ...(isDefault && { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }),
    },
    spec: { controller },
  };
}

/** Lets these namespaces, and the Pods of the policy's own, reach the ports of the chosen Pods; nobody else. */
export function allowFrom(
  namespace: string,
  name: string,
  podLabels: Record<string, string>,
  namespaces: readonly string[],
  ports: readonly (number | string)[],
): Manifest {
  const from = [
    { podSelector: {} },
    ...namespaces.map((each) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': each } },
    })),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, creationTimestamp: ago('180d') },
    spec: {
      podSelector: { matchLabels: podLabels },
      policyTypes: ['Ingress'],
      ingress: [{ from, ports: ports.map((port) => ({ port, protocol: 'TCP' })) }],
    },
  };
}
