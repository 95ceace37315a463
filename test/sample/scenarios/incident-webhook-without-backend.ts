import { defineScenario } from '../manifest.ts';
import { namespace } from '../objects/configuration.ts';
import { deployment } from '../objects/deployment.ts';
import { mountFailing } from '../objects/states.ts';
import { validatingWebhook } from '../objects/webhook.ts';

const policies = 'image-policy';
const DOWN = '47m';
const ENFORCED = { 'policy.example.com/images': 'enforced' };
const refusal =
  'Internal error occurred: failed calling webhook "pods.image-policy.example.com": failed to call webhook: Post "https://image-policy.image-policy.svc:443/validate?timeout=10s": no endpoints available for service "image-policy"';

import { web } from '../objects/shorthand.ts';

export default defineScenario({
  title:
    'A webhook that fails closed lost the Secret with its certificate, and no Pod can be created in two namespaces',
  objects: [
    ...deployment({
      namespace: policies,
      name: 'image-policy',
      image: 'platform/image-policy:1.6.0',
      replicas: 2,
      strategy: 'Recreate',
      released: DOWN,
      port: 8443,
      ready: 'tcp',
      mounts: [{ name: 'certificate', path: '/tls', secret: 'image-policy-serving-cert' }],
      state: () => mountFailing('certificate', 'secret "image-policy-serving-cert" not found', DOWN),
      service: false,
    }),
    ...validatingWebhook({
      name: policies,
      webhook: 'pods.image-policy.example.com',
      service: { namespace: policies, name: policies, selector: { 'app.kubernetes.io/name': policies }, age: '150d' },
      resources: ['pods'],
      namespaceLabels: ENFORCED,
    }),
    namespace('experiments', ENFORCED),
    ...deployment({
      namespace: 'experiments',
      name: 'ab-assignment',
      image: 'growth/ab-assignment:2.8.0',
      replicas: 3,
      released: '31m',
      port: 8080,
      stuck: { from: 'growth/ab-assignment:2.7.4', oldPods: 3, newPods: 0, wantedNewPods: 1 },
      refused: { since: '31m', message: () => refusal },
    }),
    ...web('experiments', 'growth/experiment-results:1.2.2', 2),
    namespace('newsletter', ENFORCED),
    ...deployment({
      namespace: 'newsletter',
      name: 'campaign-sender',
      image: 'growth/campaign-sender:4.4.1',
      replicas: 2,
      strategy: 'Recreate',
      released: '36m',
      port: 8080,
      refused: { since: '36m', message: () => refusal },
    }),
    ...web('newsletter', 'growth/subscription-api:3.1.0', 2),
  ],
  incidents: [
    {
      severity: 'critical',
      cause: 'Secret/image-policy/image-policy-serving-cert',
      code: 'Pod/MissingSecret',
      includes: [
        'ValidatingWebhookConfiguration/image-policy',
        'Deployment/image-policy/image-policy',
        'Deployment/experiments/ab-assignment',
        'Deployment/newsletter/campaign-sender',
      ],
    },
  ],
});
