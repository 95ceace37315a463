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
  {
    question: 'Why can report-renderer not scale?',
    looks: [{ looker: 'events', args: { namespace: 'reporting' } }],
    answers: [
      'Because of the quota: creating Pod report-renderer-7xx6kr4kbd-g7ddc is forbidden, since reporting-compute has only 12Gi of limits.memory, 8704Mi of which are used, and the Pod asks for 4Gi [E1]. It was tried 14 times within 35 minutes.',
      'The last event (3 min ago) is a `FailedCreate` of ReplicaSet report-renderer-7xx6kr4kbd: "exceeded quota: reporting-compute, requested: limits.memory=4Gi" [E1]. 38 minutes ago the Deployment scaled that ReplicaSet up from 0 to 3, which is when it began.',
    ],
  },
  {
    question: 'What is known of prod-b3?',
    looks: [
      { looker: 'describe', args: { kind: 'Node', name: 'prod-b3' } },
      { looker: 'top', args: { kind: 'nodes' } },
    ],
    answers: [
      '**prod-b3** is a g4.4xlarge in zone eu-1b with 16 CPUs, of which 15890m can be given to Pods [E1]. Its kubelet (v1.36.3) fell silent 24 minutes ago, so all of its conditions – Ready, MemoryPressure, DiskPressure, PIDPressure – are Unknown.\n\nThe metrics say nothing about it ("Not measured: prod-b3") [E2]; the busiest of the others is prod-c3 with 53% of its memory (32.2Gi of 60.2Gi).',
      'It carries the taints `node.kubernetes.io/unreachable:NoSchedule` and `node.kubernetes.io/unreachable:NoExecute` [E1], runs containerd 2.2.1 and has been in the cluster for 64 days. There was no pressure reported before: the only event is NodeNotReady. Other nodes have room: prod-a3 uses 39% of its CPU, prod-c4 only 3% (it is nearly empty) [E2].',
    ],
  },
  {
    question: 'What does carrier-gateway log?',
    looks: [{ looker: 'logs', args: { pod: 'carrier-gateway-c7lt7qfqlk-24gds', namespace: 'shop-shipping' } }],
    answers: [
      'Since version 7.0.0 every path asks for a login, and AUTH_EXEMPT_PATHS is empty [E1]. So the probe (kube-probe/1.36) gets a 401 on `GET /status`: "no authorization header". Adding /status to AUTH_EXEMPT_PATHS should help.',
      'The program started at 08:51:00 UTC as carrier-gateway 7.0.0 and listens on port 8080; 4 carriers are configured [E1]. The first refused probe came 08:51:10, the latest one at 09:39:50. `WARN since 7.0.0 every path asks for a login; AUTH_EXEMPT_PATHS is empty` is the explanation.',
    ],
  },
  {
    question: 'Which Deployments of checkout are down?',
    looks: [
      { looker: 'list', args: { kind: 'Deployment', namespace: 'shop-checkout' } },
      { looker: 'related', args: { kind: 'Deployment', name: 'checkout-api', namespace: 'shop-checkout' } },
    ],
    answers: [
      'Three of five: checkout-api (0/4), express-checkout (0/2) and payment-callback (0/2), all on version 5.12.0 [E1]. address-validation and tax-calculation are fine.',
      '| Deployment | Ready | Image |\n|---|---|---|\n| checkout-api | 0/4 | `registry.example.com/shop/checkout-api:5.12.0` |\n| tax-calculation | 3/3 | registry.example.com/shop/tax-calculation:3.0.4 |\n\nThe Pods of checkout-api are on prod-a2, prod-b1, prod-a1 and prod-c1, one each [E2], so no single node is to blame.',
      'checkout-api reads PAYMENT_API_URL, ORDERS_URL and CURRENCY from ConfigMap checkout-settings, and SESSION_SIGNING_KEY from Secret checkout-api-credentials, which exists [E2]. It is reached through Ingress checkout and the Service checkout-api (port 80). Its ServiceAccount exists, too. Besides the current ReplicaSet checkout-api-9zxnqnhlph it owns an older one, checkout-api-hbjv6rrq5g.',
    ],
  },
  {
    question: 'When did the last backup succeed?',
    looks: [{ looker: 'describe', args: { kind: 'CronJob', name: 'ledger-db-backup', namespace: 'backup' } }],
    answers: [
      '4 days and 7 hours ago [E1]. Since then all six Pods failed: two each of the Jobs ledger-db-backup-29822550, ledger-db-backup-29823990 and ledger-db-backup-29825430, on different nodes (prod-c3, prod-b4, prod-a2, prod-b1, prod-c1).',
      'Its schedule is `30 2 * * *` (Etc/UTC), and it forbids concurrent runs; the last one was scheduled 7 h 10 min ago [E1]. The bucket key comes from the Secret ledger-db-backup-credentials (key BUCKET_ACCESS_KEY), so that is where the renewed one belongs. The image is database-backup:2.9.1, with 256Mi of memory.',
    ],
  },
  {
    question: 'What changed in search-api?',
    looks: [{ looker: 'rollout', args: { name: 'search-api', namespace: 'search' } }],
    answers: [
      'Revision 15 replaced 8.4.0-rc1 by 8.4.0 about 5 hours ago; nothing else differs from revision 14 [E1]. 1 of its 3 Pods is ready.',
      'The image went from `registry.example.com/search/search-api:8.4.0-rc1` (revision 14, 34 days old) to `registry.example.com/search/search-api:8.4.0` (revision 15) [E1]. Going back would mean running a release candidate again.',
    ],
  },
];
