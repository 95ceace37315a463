import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { unschedulable } from '../objects/states.ts';

const namespace = 'recommendations';

export default defineScenario({
  title: 'A new service asks for a node pool whose name is spelled another way',
  objects: deployment({
    namespace,
    name: 'embedding-store',
    image: 'recommendations/embedding-store:0.9.0',
    replicas: 1,
    age: '1h50m',
    released: '1h50m',
    port: 8080,
    cpu: '2',
    memory: '8Gi',
    nodeSelector: { 'node.example.com/pool': 'memory-optimised' },
    state: () =>
      unschedulable(
        "0/12 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 10 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/12 nodes are available: 12 Preemption is not helpful for scheduling.",
        '1h50m',
      ),
  }),
  incidents: [
    { severity: 'high', cause: 'Deployment/recommendations/embedding-store', code: 'Pod/NodeAffinityMismatch' },
  ],
});
