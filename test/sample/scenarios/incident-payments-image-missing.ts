import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { imagePullFailing } from '../objects/states.ts';

const namespace = 'payments';
const RELEASED = '41m';

export default defineScenario({
  title: 'A rollout of the payments API names an image tag that does not exist, while the old Pods still serve',
  objects: deployment({
    namespace,
    name: 'payments-api',
    image: 'payments/payments-api:2026.9.3',
    replicas: 4,
    released: RELEASED,
    port: 8080,
    cpu: '300m',
    memory: '512Mi',
    config: { ACQUIRER_TIMEOUT_MS: '4000', LEDGER_URL: 'http://ledger-api.payments-ledger.svc' },
    credentials: ['ACQUIRER_API_KEY', 'DATABASE_PASSWORD'],
    stuck: { from: 'payments/payments-api:2026.9.1', oldPods: 3, newPods: 2 },
    state: () =>
      imagePullFailing(
        (image) =>
          `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`,
        RELEASED,
      ),
  }),
  incidents: [{ severity: 'medium', cause: 'Deployment/payments/payments-api', code: 'Pod/ImageNotFound' }],
});
