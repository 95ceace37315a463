import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { fromSecret } from '../objects/template.ts';

const namespace = 'customer-support';

export default defineScenario({
  title: 'A Secret was deleted under Pods that run: nothing shows until the next of them starts',
  objects: deployment({
    namespace,
    name: 'chat-relay',
    image: 'care/chat-relay:2.0.3',
    replicas: 3,
    released: '12d',
    port: 8080,
    env: { RELAY_TOKEN: fromSecret('chat-relay-token', 'token') },
  }),
  incidents: [
    { severity: 'low', cause: 'Secret/customer-support/chat-relay-token', code: 'Deployment/LatentReference' },
  ],
});
