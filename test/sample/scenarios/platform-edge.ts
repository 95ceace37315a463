import { defineScenario } from '../manifest.ts';
import { configMap } from '../objects/configuration.ts';
import { deployment } from '../objects/deployment.ts';
import { INGRESS_IP, ingressClass, service } from '../objects/network.ts';
import { mutatingWebhook, validatingWebhook } from '../objects/webhook.ts';

const controller = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };

import { worker } from '../objects/shorthand.ts';

export default defineScenario({
  title: 'The way in: ingress controller, certificates, DNS records, the webhooks of each',
  objects: [
    ingressClass('nginx', 'k8s.io/ingress-nginx', true),
    ingressClass('internal', 'k8s.io/ingress-nginx-internal'),
    ...deployment({
      namespace: 'ingress-nginx',
      name: 'ingress-nginx-controller',
      image: 'platform/ingress-nginx-controller:1.14.0',
      replicas: 4,
      labels: controller,
      ports: { http: 8080, https: 8443, webhook: 9443 },
      cpu: '500m',
      memory: '512Mi',
      config: { PROXY_BODY_SIZE: '16m', KEEP_ALIVE_SECONDS: '75' },
      priorityClass: 'system-cluster-critical',
      budget: true,
      scale: { min: 4, max: 10 },
    }),
    service({
      namespace: 'ingress-nginx',
      name: 'ingress-nginx-controller',
      selector: controller,
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'https', port: 443, targetPort: 'https' },
      ],
      loadBalancerIp: INGRESS_IP,
    }),
    ...deployment({
      namespace: 'ingress-nginx',
      name: 'ingress-admission',
      image: 'platform/ingress-admission:1.14.0',
      ports: { http: 8443 },
      service: false,
    }),
    ...validatingWebhook({
      name: 'ingress-admission',
      webhook: 'ingresses.admission.example.com',
      service: {
        namespace: 'ingress-nginx',
        name: 'ingress-admission',
        selector: { 'app.kubernetes.io/name': 'ingress-admission' },
      },
      group: 'networking.k8s.io',
      resources: ['ingresses'],
      operations: ['CREATE', 'UPDATE'],
    }),

    ...deployment({
      namespace: 'cert-manager',
      name: 'cert-manager',
      image: 'platform/cert-manager-controller:1.20.0',
    }),
    ...worker('cert-manager', 'platform/cert-manager-cainjector:1.20.0', 1),
    ...deployment({
      namespace: 'cert-manager',
      name: 'cert-manager-webhook',
      image: 'platform/cert-manager-webhook:1.20.0',
      replicas: 3,
      ports: { http: 10250 },
      service: false,
    }),
    ...validatingWebhook({
      name: 'cert-manager-webhook',
      webhook: 'webhook.cert-manager.io',
      service: {
        namespace: 'cert-manager',
        name: 'cert-manager-webhook',
        selector: { 'app.kubernetes.io/name': 'cert-manager-webhook' },
      },
      group: 'cert-manager.io',
      resources: ['certificates', 'issuers'],
      operations: ['CREATE', 'UPDATE'],
    }),
    configMap('cert-manager', 'trust-bundle', { 'ca-bundle.pem': 'not recorded' }),
    ...deployment({
      namespace: 'cert-manager',
      name: 'trust-distributor',
      image: 'platform/trust-distributor:0.20.1',
      replicas: 1,
      mounts: [{ name: 'bundle', path: '/bundle', configMap: 'trust-bundle' }],
    }),

    ...deployment({
      namespace: 'ingress-nginx',
      name: 'external-dns',
      image: 'platform/external-dns:0.20.0',
      replicas: 1,
      credentials: ['DNS_API_TOKEN'],
      config: { DOMAIN_FILTER: 'example.com', POLICY: 'sync' },
    }),

    ...deployment({
      namespace: 'service-defaults',
      name: 'pod-defaults',
      image: 'platform/pod-defaults:2.3.0',
      replicas: 3,
      ports: { http: 8443 },
      service: false,
      budget: true,
    }),
    ...mutatingWebhook({
      name: 'pod-defaults',
      webhook: 'pods.defaults.example.com',
      service: {
        namespace: 'service-defaults',
        name: 'pod-defaults',
        selector: { 'app.kubernetes.io/name': 'pod-defaults' },
      },
      resources: ['pods'],
      namespaceLabels: { 'defaults.example.com/inject': 'true' },
    }),
  ],
});
