import type { Investigated } from './honest.ts';

/** Answers in threads, after looks that were taken: tables, descriptions, logs and YAML are their evidence. */
export const THREADS: readonly Investigated[] = [
  {
    question: 'Why does search-api restart?',
    looks: [
      { looker: 'list', args: { kind: 'Pod', namespace: 'search' } },
      { looker: 'describe', args: { kind: 'Pod', name: 'search-api-nb9fv5dn7p-968k9', namespace: 'search' } },
      { looker: 'top', args: { kind: 'pods', namespace: 'search' } },
    ],
    answers: [
      'It runs out of memory: search-api was OOMKilled with exit code 137 about 2 min 50 s ago, at a limit of 512Mi [E2]. The one instance that is still up, search-api-nb9fv5dn7p-mh46x, uses 497Mi, i.e. 97% of its limit [E3].\n\n- 2 of 27 Pods in namespace search are not well [E1].\n- The kubelet waits 5m0s between restarts.\n\nNext step: see what changed about 5 hours ago, when these Pods were created.',
      "**search-api** hits its memory limit. Its readiness probe (`GET :http/healthz` every 10 s, timeout 2 s) isn't the problem; the container dies 30 s after its start [E2]. Neither is the node: other Pods on prod-c1 and prod-a4 do fine [E1]. CPU is low (70m of 500m), so only memory needs raising [E3].",
      'The Pods `search-api-nb9fv5dn7p-968k9` and `search-api-nb9fv5dn7p-xknkp` have 31 restarts each, `search-api-nb9fv5dn7p-mh46x` has 29 [E1]. All of them run image `registry.example.com/search/search-api:8.4.0` [E2]. The `search-index` Pods (search-index-0 to search-index-4) are healthy; search-index-0 uses 4.2Gi of 6Gi [E3].',
    ],
  },
  {
    question: 'What do the logs of orders-api say?',
    looks: [{ looker: 'logs', args: { pod: 'orders-api-njgqdj4qvb-6lcgj', namespace: 'shop-orders', previous: true } }],
    answers: [
      'It cannot reach its database. After three tries it gives up with "fatal: could not connect to orders-db:5432: connect ETIMEDOUT" at 09:37:10 [E1].',
      'At 2026-09-16T09:36:40Z orders-api 6.1.2 starts and connects to `postgres://orders@orders-db:5432/orders`; its tries time out at 09:36:50, 09:37:00 and 09:37:10 UTC [E1]. So look at Service or Pod orders-db next.',
      'The log shows `try 3 of 3: connect ETIMEDOUT orders-db:5432` [E1]: the Postgres database behind orders-db does not answer on port 5432. A timeout, rather than a refused connection, points to a network or node problem.',
    ],
  },
  {
    question: 'What changed in payments?',
    looks: [
      { looker: 'rollout', args: { kind: 'Deployment', name: 'payments-api', namespace: 'payments' } },
      { looker: 'events', args: { namespace: 'payments' } },
    ],
    answers: [
      'The image did: revision 18 asks for registry.example.com/payments/payments-api:2026.9.3, revision 17 ran 2026.9.1 [E1]. The new one is 41 minutes old and has 0 of 2 Pods ready; the old one still has 3 of 3.',
      '**Revision 18** (ReplicaSet `payments-api-xknhpd8zgk`) is stuck with ProgressDeadlineExceeded; **revision 17** (`payments-api-7zc6znl4qs`) is 34 days old and fully ready [E1]. Only the image tag differs between the two.',
      'Version 2026.9.3 was rolled out and its image cannot be pulled, so the rollout is stuck: two of four Pods are of the newest version, 3 are ready in all [E1].',
    ],
  },
  {
    question: 'Is the Deployment of reviews-api all right?',
    looks: [
      { looker: 'get', args: { kind: 'Deployment', name: 'reviews-api', namespace: 'shop-reviews' } },
      { looker: 'related', args: { kind: 'Service', name: 'reviews-api', namespace: 'shop-reviews' } },
    ],
    answers: [
      'Yes: all 3 replicas are ready and available since 07:36:30 [E1]. Its labels are `app.kubernetes.io/instance: reviews` and `app.kubernetes.io/name: reviews-api`; whatever the Service selects has to match these, so check its selector next.',
      'The workload itself is healthy (`availableReplicas: 3`, condition `NewReplicaSetAvailable`) [E1]. It listens on containerPort 8080, with a readiness probe on /healthz every 10 seconds, and may use 256Mi. The rolling update allows a surge of 25%.',
      'Deployment reviews-api, generation 1, was created on 16 September 2026 at 07:35 UTC [E1]. The Service is reached through Ingress reviews [E2].',
    ],
  },
  {
    question: 'Which nodes are unwell?',
    looks: [{ looker: 'list', args: { kind: 'Node' } }],
    answers: [
      'Two of 12: prod-b3 is NotReady, and prod-c4 is cordoned (Ready,SchedulingDisabled) [E1]. All run Kubernetes v1.36.3 and are 64 days old.',
      '| Node | State |\n|---|---|\n| prod-b3 | NotReady, tainted node.kubernetes.io/unreachable:NoExecute |\n| prod-c4 | cordoned |\n\nAll the others are Ready [E1].',
      'prod-b3 has the taints `node.kubernetes.io/unreachable:NoSchedule` and `node.kubernetes.io/unreachable:NoExecute`; prod-c4 has `node.kubernetes.io/unschedulable:NoSchedule`, so somebody cordoned it [E1].',
    ],
  },
];
