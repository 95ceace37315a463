import type { Honest } from './honest.ts';

/** The same incidents in the looser words of a chat. */
export const CHAT: readonly Honest[] = [
  {
    about: 'Deployment search/search-api',
    answers: [
      `Error: The search-api containers keep running out of memory. Kubernetes stops each one with exit code 137 as soon as it goes past the configured ceiling of 512Mi, and the repeated restarts (31 and 29 so far) put the Pods into back-off [E1][E2][E4].

Solution:
1. Look at recent changes; if a release triggered this, roll it back with \`kubectl -n search rollout undo Deployment/search-api\`.
2. Watch how memory develops using \`kubectl -n search top pod search-api-nb9fv5dn7p-968k9 --containers\`. A steady climb suggests a leak, spikes under load suggest a limit that's set too tight.
3. Give the container more headroom (raise limits and requests together).`,
      `Here's what I see:

* **Symptom** – two out of three \`search-api\` Pods are stuck in CrashLoopBackOff [E3].
* **Cause** – OOMKilled (exit code 137); the container's memory limit is 512Mi [E1].
* **Impact** – the Service still works, but a single Pod has to carry all of the traffic.

Recommended actions, in order of likelihood:
1. Undo the latest rollout if it coincides with the first kill.
2. Make sure the JVM/Go runtime knows about the limit (\`-XX:MaxRAMPercentage=75\`, \`GOMEMLIMIT\`).
3. Increase the limit; leave about a quarter to spare.
4. Profile the heap if usage keeps growing regardless.`,
      `Error: Deployment search-api in namespace search is partially down: memory-hungry containers hit their cgroup limit (512Mi) and the kernel's OOM killer ends them [E1].
Solution: short term, bump the memory limit; long term, find out whether the program leaks. Don't forget that a higher limit only buys time if there's a leak.`,
    ],
  },
  {
    about: 'Node prod-b3',
    answers: [
      `Error: prod-b3 went NotReady since its kubelet no longer reports (NodeStatusUnknown) [E1]. That takes down the only orders-db Pod and, with it, the whole order flow: orders-api and orders-export can't connect to their database.

Solution:
1. Verify in your cloud console whether the VM is powered on; reboot it if needed.
2. SSH into it and inspect the services with \`systemctl status kubelet\` and \`systemctl status containerd\`.
3. If the hardware is dead, remove the Node object (\`kubectl delete node prod-b3\`) so the volume can be attached elsewhere. Double-check it's really off first.
4. Afterwards \`kubectl get node prod-b3\` should say Ready.`,
      `It's a node failure, not an application bug. Everything that's broken in shop-orders traces back to prod-b3:

1. The kubelet on prod-b3 fell silent [E1][E2].
2. orders-db-0 lives there and, being part of a StatefulSet, won't be rescheduled automatically.
3. Consequently, orders-api (0/3) and orders-export crash at startup: "fatal: could not connect to orders-db:5432: connect ETIMEDOUT".

The quickest remedy is getting the node back. Otherwise, delete it or apply the out-of-service taint, and only then will Kubernetes detach the volume.`,
    ],
  },
  {
    about: 'ConfigMap shop-checkout/checkout-settings',
    answers: [
      `Error: Checkout is completely unavailable. The new Pods refer to a ConfigMap entry named PAYMENT_API_URL that isn't defined in checkout-settings, so the kubelet refuses to create their containers (CreateContainerConfigError) [E1][E2][E3].

Solution:
1. Find out which spelling is intended; PAYMENTS_URL looks suspiciously similar.
2. Add the missing entry (\`kubectl -n shop-checkout edit ConfigMap checkout-settings\`) or fix the reference (\`kubectl -n shop-checkout edit Deployment checkout-api\`).
3. Apply the same fix to express-checkout and payment-callback, as well as to the manifests in version control.`,
      `Three Deployments (checkout-api, express-checkout, payment-callback) share one broken dependency: ConfigMap \`checkout-settings\` lacks \`PAYMENT_API_URL\`. Eight Pods are affected in total [E1][E2][E3]. Since the reference isn't optional, none of them can start.

Once you've added the key there's nothing else to do: the kubelet keeps retrying, so the Pods recover by themselves. Re-run \`kubectl -n shop-checkout get pod checkout-api-9zxnqnhlph-5ghvv\` to confirm.`,
    ],
  },
  {
    about: 'Secret image-policy/image-policy-serving-cert',
    answers: [
      `Error: A missing TLS Secret (image-policy-serving-cert) keeps both image-policy Pods in ContainerCreating [E1]. Because the validating webhook they serve fails closed, unrelated teams can't create Pods any more either, e.g. newsletter/campaign-sender.

Solution:
1. Check the certificate's issuer: \`kubectl -n image-policy get certificates,externalsecrets\`.
2. Recreate the Secret or let cert-manager re-issue it.
3. Once the Pods are up, campaign-sender and ab-assignment will be retried automatically.`,
      `Short version: no Secret → no Pods → no webhook → no new Pods anywhere the policy applies. The chain starts with \`image-policy-serving-cert\`, which can't be found in namespace \`image-policy\` [E1]. Restoring it fixes the rest; the ReplicaSets retry on their own.`,
    ],
  },
  {
    about: 'Secret marketing-site/agency-registry',
    answers: [
      `Error: Kubernetes can't authenticate to registry.agency.example.net, as the imagePullSecret agency-registry referenced by the Pod is absent; the registry therefore answers 401 Unauthorized [E1].

Solution:
1. Ask the agency for up-to-date credentials.
2. Store them: \`kubectl -n marketing-site create secret docker-registry regcred --docker-server=registry.agency.example.net --docker-username=<user> --docker-password=<token>\`
3. Reference the new Secret in the Pod template (or in the ServiceAccount) and delete the waiting Pods.`,
    ],
  },
  {
    about: 'CronJob backup/ledger-db-backup',
    answers: [
      `Error: Every recent run of ledger-db-backup fails while uploading the dump: "AccessDenied: the access key has expired" [E1]. There is thus no current backup, which makes this more urgent than it looks.

Solution:
1. Issue a new access key for the bucket and update wherever the job reads it from.
2. Kick off a manual run: \`kubectl -n backup create job ledger-db-backup-again --from=cronjob/ledger-db-backup\`.
3. Check that the Pod completes with exit code 0, and set up an alert for failed backups.`,
    ],
  },
  {
    about: 'Deployment recommendations/embedding-store',
    answers: [
      `Error: The scheduler can't place embedding-store-pkx2xbpddv-x8mvr. Its nodeSelector (or affinity) demands pool=memory-optimised, yet the nodes are labelled with the American spelling memory-optimized [E1].

Solution:
1. Fix the typo in the Deployment's Pod template.
2. Don't relabel the nodes unless you're sure nothing else depends on the present value.`,
    ],
  },
  {
    about: 'StorageClass fast-ssd',
    answers: [
      `Error: There's no StorageClass called fast-ssd [E2]; consequently the volume claim data-query-cache-0 remains Pending and query-cache-0 can't be scheduled ("pod has unbound immediate PersistentVolumeClaims").

Solution:
1. Pick one of the existing classes: ssd, ssd-retained or standard.
2. Recreate the StatefulSet with the corrected volumeClaimTemplates (\`--cascade=orphan\` keeps its Pods).
3. Remove the old claim so that a fresh one gets created.`,
    ],
  },
  {
    about: 'Secret partner-portal/portal-tls',
    answers: [
      `Error: The partner portal (partners.example.com) has no valid certificate, because Secret portal-tls doesn't exist [E1]. Visitors will see a browser warning.

Solution:
1. If cert-manager is in use, inspect the Certificate, Order and Challenge for errors; DNS is the usual suspect.
2. If you manage certificates by hand, upload yours: \`kubectl create secret tls portal-tls -n partner-portal --cert=tls.crt --key=tls.key\`.`,
    ],
  },
  {
    about: 'ResourceQuota reporting/reporting-compute',
    answers: [
      `Error: Namespace reporting has hit its memory quota. Of the 12Gi allowed, 8704Mi are already taken, leaving too little for another 4Gi Pod [E1]; hence the new ReplicaSet stays at 0 of 3 [E2][E3].

Solution:
1. See who's using what: \`kubectl -n reporting describe resourcequota reporting-compute\`.
2. Shrink report-renderer's limits or its replica count.
3. Use maxSurge: 0 so that the rollout needs no extra room.
4. As a last resort, ask for a bigger quota.`,
    ],
  },
  {
    about: 'Deployment payments/payments-api',
    answers: [
      `Error: ImagePullBackOff on the two newest payments-api Pods: their image tag, 2026.9.3, isn't available in registry.example.com [E1]. Users aren't affected so far, given that 3 of 4 replicas from the previous release still serve traffic.

Solution:
1. Check your CI pipeline: did the build for 2026.9.3 succeed and get pushed?
2. If it was just a typo, set the proper tag: \`kubectl -n payments set image Deployment/payments-api payments-api=registry.example.com/payments/payments-api:<tag>\`.
3. Or roll back: \`kubectl -n payments rollout undo Deployment/payments-api\`.`,
    ],
  },
  {
    about: 'Deployment shop-shipping/carrier-gateway',
    answers: [
      `Error: Both carrier-gateway Pods are alive but fail their readiness probe with HTTP 401, i.e. the health endpoint suddenly requires a login [E1]. The Service has no ready endpoints, so shipping requests fail.

Solution:
1. Exempt the health endpoint from authentication in the application, or
2. pass the right credentials/headers in the probe, or
3. revert: \`kubectl -n shop-shipping rollout undo Deployment/carrier-gateway\`.`,
    ],
  },
  {
    about: 'Service service-defaults/cost-labels',
    answers: [
      `Error: An orphaned MutatingWebhookConfiguration (cost-labels) still points at service-defaults/cost-labels:443, although that Service is long gone [E1]. It's low-risk thanks to failurePolicy Ignore, but it adds up to 10 s of latency to Deployment changes.

Solution: delete the webhook configuration if the app was removed on purpose: \`kubectl delete MutatingWebhookConfiguration cost-labels\`.`,
    ],
  },
  {
    about: 'CronJob backup/catalog-db-backup',
    answers: [
      `Error: Somebody paused catalog-db-backup (spec.suspend is set to true), so the nightly backup at 2 o'clock ("0 2 * * *") doesn't happen [E1].

Solution:
1. Clarify whether that's deliberate.
2. If not, flip the flag: \`kubectl -n backup patch cronjob catalog-db-backup --type merge -p '{"spec":{"suspend":false}}'\`.`,
    ],
  },
  {
    about: 'Secret customer-support/chat-relay-token',
    answers: [
      `Error: This is a time bomb rather than an outage: chat-relay needs Secret chat-relay-token, which has vanished [E1]. Existing Pods are unaffected, but the next one that starts will hang.

Solution: put the Secret back (GitOps repo, secret manager, backup), or drop the reference if it's obsolete.`,
    ],
  },
  {
    about: 'Node prod-c4',
    answers: [
      `prod-c4 is still cordoned. Apart from five DaemonSet Pods nothing runs there, so you're paying for capacity that isn't used. If nobody's working on it, \`kubectl uncordon prod-c4\` makes it schedulable again [E1].`,
    ],
  },
  {
    about: 'Service shop-reviews/reviews-api',
    answers: [
      `Error: Label mismatch between Service and Pods. \`reviews-api\` (the Service) expects \`app=reviews-api\`; the Deployment labels its Pods with \`app.kubernetes.io/name=reviews-api\` [E1]. Result: zero endpoints, and the reviews Ingress can't route anything.

Solution: edit the Service's selector. It's a one-line change, takes effect instantly, and doesn't restart any Pods.`,
    ],
  },
  {
    about: 'ConfigMap monitoring/prometheus-rules-old',
    answers: [
      `An unused ConfigMap, nothing to worry about. It presumably holds outdated alerting rules for Prometheus (its only entry is rules.yaml) [E1]. Delete it after a quick look, or leave it.`,
    ],
  },
  {
    about: 'CronJob backup/ledger-db-backup',
    answers: [
      "The upload step breaks the backup: object storage answers \"AccessDenied: the access key has expired\" [E1]. Renewing that key is the whole fix. Don't bother retrying the old Jobs; they've hit BackoffLimitExceeded and won't run again.",
      '- **What failed?** CronJob `backup/ledger-db-backup` (container of the same name), exit code 1\n- **Why?** an expired access key\n- **Since when?** at least three runs\n- **Next:** rotate the key, then `kubectl -n backup create job ledger-db-backup-again --from=cronjob/ledger-db-backup`',
    ],
  },
  {
    about: 'Deployment shop-shipping/carrier-gateway',
    answers: [
      "Readiness probe gets a 401. The container is healthy otherwise, so don't restart it blindly; look at authentication first [E1][E2].\n\nQuick check list:\n1. Does the probe hit an endpoint that needs a login?\n2. Was there a rollout recently?\n3. Are the credentials (if any) still valid?",
      "Callers of carrier-gateway currently get connection errors because none of its two Pods is in the Service's endpoints [E3].",
    ],
  },
  {
    about: 'StorageClass fast-ssd',
    answers: [
      'Nobody can provision a volume from a class that doesn\'t exist. The StatefulSet query-cache asks for "fast-ssd" in its volume claim template [E3]; the cluster offers `ssd`, `ssd-retained` and `standard`. Changing the template means recreating the StatefulSet, as volumeClaimTemplates are immutable.',
      'Most likely fix: use ssd instead of fast-ssd. Steps: (1) delete the StatefulSet with --cascade=orphan, (2) apply it with the right class, (3) delete the pending claim.',
    ],
  },
  {
    about: 'Node prod-b3',
    answers: [
      "I'd treat this as a P1: the orders database is unavailable for as long as prod-b3 is down [E1]. Either get the machine back up or fence it and let Kubernetes move the volume.",
      'Kubelet not posting status → node NotReady → Pods terminating → orders-db unavailable → orders-api crash-looping. Everything hinges on prod-b3.',
    ],
  },
  {
    about: 'Secret image-policy/image-policy-serving-cert',
    answers: [
      "The webhook is a single point of failure here: with failurePolicy Fail and zero endpoints, the API server rejects Pod creation wherever the webhook applies. Fix the certificate first; as a stopgap you could relax the policy, but get the owners' consent.",
    ],
  },
  {
    about: 'ResourceQuota reporting/reporting-compute',
    answers: [
      'Math: 12Gi minus 8704Mi leaves less than the 4Gi that a single new Pod wants, so all three are refused [E1][E3].',
    ],
  },
  {
    about: 'ConfigMap shop-checkout/checkout-settings',
    answers: [
      'TL;DR: rename PAYMENTS_URL to PAYMENT_API_URL (or the other way round in the workloads), then everything starts up again on its own [E1][E2][E3].',
    ],
  },
];
