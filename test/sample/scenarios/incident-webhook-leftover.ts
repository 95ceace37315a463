import { defineScenario } from '../manifest.ts';
import { mutatingWebhook } from '../objects/webhook.ts';

const namespace = 'service-defaults';

export default defineScenario({
  title: 'A tool was removed, its webhook was not: each new Deployment waits for it in vain, and is let through',
  objects: mutatingWebhook({
    name: 'cost-labels',
    webhook: 'deployments.cost-labels.example.com',
    service: { namespace, name: 'cost-labels', selector: { 'app.kubernetes.io/name': 'cost-labels' }, age: '420d' },
    group: 'apps',
    resources: ['deployments'],
    failurePolicy: 'Ignore',
  }).filter(({ kind }) => kind !== 'Service'),
  incidents: [
    {
      severity: 'medium',
      cause: 'Service/service-defaults/cost-labels',
      code: 'MutatingWebhookConfiguration/ServiceNotFound',
    },
  ],
});
