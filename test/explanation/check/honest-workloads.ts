import type { Honest } from './honest.ts';

/** What good models say about the workloads of the sample cluster that fail, with nothing but what they were shown. */
export const WORKLOADS: readonly Honest[] = [
  {
    about: 'Deployment search/search-api',
    answers: [
      `Error: The container search-api of Deployment search/search-api needs more memory than its limit of 512Mi, so the kernel kills it with exit code 137 (OOMKilled) [E1][E2].

Solution:
1. If a new version began it, go back: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Compare use and limit: \`kubectl -n search top pod search-api-nb9fv5dn7p-968k9 --containers\`.
3. Raise the limit above the highest use seen: \`kubectl -n search set resources Deployment/search-api -c search-api --limits=memory=NEW --requests=memory=NEW\`.`,
      `Error: search-api is repeatedly OOM-killed: each of its containers hits the 512Mi memory limit, exits with code 137 and goes into CrashLoopBackOff [E1][E3]. Only 1 of 3 replicas is ready, so the remaining Pod carries all of the traffic.

Solution:
1. Roll back if a release introduced the higher usage.
2. Check whether memory climbs steadily (a leak) or jumps under load (the limit's too low).
3. Make the program aware of its limit, e.g. \`GOMEMLIMIT\` for Go or \`-XX:MaxRAMPercentage=75\` for Java.
4. Otherwise increase both the request and the limit.`,
      `**What's happening:** the three Pods of \`search-api\` exceed their memory limit (512Mi) and get OOMKilled [E1]. Two of them, \`search-api-nb9fv5dn7p-968k9\` and \`search-api-nb9fv5dn7p-xknkp\`, are currently in \`CrashLoopBackOff\` [E3]; the third one, \`search-api-nb9fv5dn7p-mh46x\`, is up at the moment but has restarted 29 times as well [E4].

**Impact:** the Service \`search/search-api\` has two of three endpoints not ready.

**Next steps**
1. Look at the last logs before the kill:
   \`\`\`sh
   kubectl -n search logs search-api-nb9fv5dn7p-968k9 -c search-api --previous --tail=50
   \`\`\`
2. Then decide: rollback, a higher limit, or a fix for the leak.`,
      `Error: Out of memory. The kernel terminates search-api's container whenever it goes beyond 512Mi; 31 restarts so far on one Pod and 29 on another [E2][E4].

Solution:
1. \`kubectl describe pod search-api-nb9fv5dn7p-968k9 -n search\` shows how it ended.
2. \`kubectl logs search-api-nb9fv5dn7p-968k9 -n search -c search-api -p --tail=50\` shows what it did last.
3. Undo the rollout: \`kubectl rollout undo deployment/search-api -n search\`.
4. It's resolved once the restart count hasn't moved for an hour under usual load.`,
    ],
  },
  {
    about: 'Deployment payments/payments-api',
    answers: [
      `Error: Deployment payments/payments-api cannot roll out, because the image registry.example.com/payments/payments-api:2026.9.3 does not exist in the registry [E1].

Solution:
1. Check which tags the registry has.
2. Set a tag that exists: \`kubectl -n payments set image Deployment/payments-api payments-api=REGISTRY/IMAGE:TAG\`.
3. Or go back: \`kubectl -n payments rollout undo Deployment/payments-api\`.`,
      `Error: The new Pods payments-api-xknhpd8zgk-g99pc and payments-api-xknhpd8zgk-sb6pn are stuck in ImagePullBackOff: the tag 2026.9.3 was not found in registry.example.com [E1]. The old version keeps serving with 3 of 4 replicas ready, so there's no outage yet.

Solution:
1. Verify the tag for a typo, or whether the build was never pushed.
2. If the tag is right, push the image; the kubelet retries on its own, at most 5 minutes apart.
3. To restore the previous version first, run \`kubectl rollout undo deploy/payments-api -n payments\`.`,
      `The rollout of \`payments-api\` is stalled: the kubelet reports \`ErrImagePull\` and “failed to resolve image: registry.example.com/payments/payments-api:2026.9.3: not found” [E1]. In other words, the registry answers but doesn't have this tag.

- Two of five endpoints of the Service aren't ready; the others carry all of its traffic.
- The ReplicaSet \`payments-api-xknhpd8zgk\` has exceeded its progress deadline (ProgressDeadlineExceeded).

What to do: look at the revisions with \`kubectl -n payments rollout history Deployment/payments-api\`, then either undo the rollout or set an image tag which exists. Afterwards, correct the tag in the chart or in Git; otherwise the next deployment brings it back.`,
      `Error: ErrImagePull. \`registry.example.com/payments/payments-api:2026.9.3\` isn't in the registry, hence the two updated Pods never start [E1].

Solution: 1) confirm with \`kubectl -n payments describe pod payments-api-xknhpd8zgk-g99pc\`; 2) pick an existing tag or push the missing one; 3) watch \`kubectl -n payments get pod payments-api-xknhpd8zgk-g99pc\` until the container is running.`,
    ],
  },
  {
    about: 'Deployment shop-shipping/carrier-gateway',
    answers: [
      `Error: carrier-gateway runs but never becomes ready: its readiness probe gets HTTP 401, so the Service shop-shipping/carrier-gateway has no ready endpoints [E1][E2].

Solution:
1. Read the probe's settings: \`kubectl -n shop-shipping describe pod carrier-gateway-c7lt7qfqlk-24gds\`.
2. Give the probe the credentials that the program now wants, or a path that needs none.
3. If a rollout began it: \`kubectl -n shop-shipping rollout undo Deployment/carrier-gateway\`.`,
      `Error: The readiness probe of container carrier-gateway fails with status code 401 on both Pods, so 0 of 2 replicas are ready and callers get no answer [E1][E3].

Solution:
1. A 401 means that the endpoint demands authentication; check the probe's path, port and credentials.
2. See what the program itself logs: \`kubectl -n shop-shipping logs carrier-gateway-c7lt7qfqlk-24gds -c carrier-gateway --tail=100\`
3. Roll back in case a recent release introduced the auth requirement.`,
      `Both replicas of the carrier gateway are up but unready. The kubelet says "Readiness probe failed: HTTP probe failed with statuscode: 401" [E1], i.e. the program answers, it just refuses the probe. That's why the Deployment shows 0/2 ready and the Service is without endpoints.

I'd start by comparing the probe in the Pod template with what the application expects. Should the last rollout have changed it, undo it; otherwise correct the probe. You'll know it worked when \`kubectl -n shop-shipping get pod carrier-gateway-c7lt7qfqlk-24gds\` shows the Pod as ready.`,
      `Error: Pods carrier-gateway-c7lt7qfqlk-24gds and carrier-gateway-c7lt7qfqlk-fjhx9 are running, not ready; their readiness check is unauthorized (401) [E1].
Solution:
1. Fix the probe (path, port or credentials).
2. If it merely times out under load, set \`timeoutSeconds: 5\`.
3. Verify that the Pod becomes ready.`,
    ],
  },
  {
    about: 'ConfigMap shop-checkout/checkout-settings',
    answers: [
      `Error: The ConfigMap shop-checkout/checkout-settings has no key PAYMENT_API_URL, so the Pods of Deployment checkout-api, express-checkout and payment-callback cannot start (CreateContainerConfigError) [E1][E2][E3].

Solution:
1. See its keys: \`kubectl -n shop-checkout describe ConfigMap checkout-settings\`.
2. Add the key PAYMENT_API_URL: \`kubectl -n shop-checkout edit ConfigMap checkout-settings\`.
3. Or correct the key in the template: \`kubectl -n shop-checkout edit Deployment checkout-api\`.`,
      `Error: checkout is down because a key is missing. \`checkout-settings\` only has PAYMENTS_URL and ORDERS_URL, whereas the containers ask for PAYMENT_API_URL [E1]. All 4 Pods of checkout-api are waiting with CreateContainerConfigError, and requests through the Ingress \`checkout\` fail.

Solution:
1. Most likely the key was renamed in the ConfigMap but not in the workload. Decide which name is right.
2. Make both agree, in the cluster and where the manifests are kept.
3. The Pods start by themselves once the key exists; check \`kubectl -n shop-checkout get pod checkout-api-9zxnqnhlph-5ghvv\`.`,
      `**Root cause:** key \`PAYMENT_API_URL\` doesn't exist in ConfigMap \`shop-checkout/checkout-settings\` [E1]

**Affected**
- Deployment \`checkout-api\`: 0 of 4 replicas ready
- Deployments \`express-checkout\` and \`payment-callback\`
- the Services of the same names, which have no ready endpoints

**Fix**
1. Compare what the Pod asks for with what is there:
   \`kubectl -n shop-checkout get pod checkout-api-9zxnqnhlph-5ghvv -o yaml\`
2. Either rename the key or adjust the reference.`,
      `Error: "couldn't find key PAYMENT_API_URL in ConfigMap shop-checkout/checkout-settings" [E1]. Three workloads refer to that key, and none of their new Pods can start.

Solution:
1. Run \`kubectl describe configmap checkout-settings -n shop-checkout\` to list the keys.
2. Nearest by name is PAYMENTS_URL; if that's the intended one, change the reference in the templates.
3. Deploy both together so they don't drift apart again.`,
    ],
  },
  {
    about: 'Secret image-policy/image-policy-serving-cert',
    answers: [
      `Error: The Pods of Deployment image-policy wait for Secret image-policy-serving-cert, which does not exist in namespace image-policy [E1]. Its webhook pods.image-policy.example.com therefore has no endpoints, and since its failurePolicy is Fail, the API server refuses to create Pods in other namespaces too.

Solution:
1. See whether cert-manager should make it: \`kubectl -n image-policy get certificates,externalsecrets\`.
2. Create the Secret from where its values are kept; the Pod then starts by itself.
3. If it was renamed, correct the name in the template.`,
      `Error: Missing serving certificate. MountVolume.SetUp fails for the volume "certificate", because the Secret \`image-policy-serving-cert\` cannot be found [E1]. As a consequence the validating webhook is unreachable, which blocks new Pods of newsletter/campaign-sender and experiments/ab-assignment.

Solution:
1. \`kubectl -n image-policy get secrets\`
2. Restore or re-issue the certificate Secret.
3. Confirm that both image-policy Pods become ready.`,
      `The admission webhook is what hurts most here. Deployment \`image-policy\` has 0 of 2 replicas ready as its Secret is missing [E1], so the webhook can't be called and, with \`failurePolicy: Fail\`, Pod creation is rejected: ReplicaSets \`newsletter/campaign-sender-k85g8l9ktl\` and \`experiments/ab-assignment-fcsc87wxzz\` report "no endpoints available for service".

First bring back the Secret. Whatever normally creates it (cert-manager, an external-secrets operator, a pipeline) hasn't done so; ask that tool first. The Pods need no restart: the kubelet retries the mount on its own.`,
      `Error: Secret image-policy/image-policy-serving-cert is gone, and two Pods hang in ContainerCreating (image-policy-74w5tgztnd-d2btr, image-policy-74w5tgztnd-z879d) [E1].
Solution:
1. Check what is there: \`kubectl get secrets -n image-policy\`
2. Check where it's referenced: \`kubectl get pod image-policy-74w5tgztnd-d2btr -n image-policy -o yaml\`
3. Recreate it, or mark the reference \`optional: true\` if the Pod can live without it.`,
    ],
  },
  {
    about: 'Secret marketing-site/agency-registry',
    answers: [
      `Error: Deployment marketing-site/autumn-campaign cannot pull registry.agency.example.net/landing/autumn:14, since its pull Secret agency-registry does not exist and the registry wants credentials (401 Unauthorized) [E1].

Solution:
1. See which Secrets there are: \`kubectl -n marketing-site get secrets\`.
2. Make one with credentials: \`kubectl -n marketing-site create secret docker-registry regcred --docker-server=registry.agency.example.net --docker-username=USER --docker-password=TOKEN\`.
3. Name it in the template of Deployment autumn-campaign.
4. Delete the waiting Pod, so that a new one gets it.`,
      `Error: Both Pods of autumn-campaign are in ImagePullBackOff. The registry returns 401 Unauthorized for the anonymous token request, and the pull Secret they name is absent from the namespace marketing-site [E1].

Solution:
1. Recreate the Secret with a valid username and token.
2. Double-check the image name \`registry.agency.example.net/landing/autumn:14\`; many registries answer the same for an image that doesn't exist.
3. It is well when the event Pulled appears.`,
      `The kubelet can't authenticate against \`registry.agency.example.net\`: “failed to authorize: failed to fetch anonymous token” [E1]. It tries anonymously because the image pull secret \`agency-registry\` isn't there. So 0 of 2 replicas are ready, and the Service has no endpoints.

Look at what the Pod refers to with \`kubectl -n marketing-site get pod autumn-campaign-hq8dm4vm8b-4kt4w -o jsonpath='{.spec.imagePullSecrets}'\`, and create a Secret of type \`kubernetes.io/dockerconfigjson\` under that name. On a cloud provider's own registry you would grant the nodes' role read access instead.`,
      `Error: ImagePullBackOff, unauthorized. No credentials for registry.agency.example.net [E1].
Solution: create the missing Secret in namespace marketing-site, reference it under imagePullSecrets (or patch the ServiceAccount: \`kubectl -n marketing-site patch serviceaccount NAME -p '{"imagePullSecrets": [{"name": "regcred"}]}'\`), then delete the stuck Pods.`,
    ],
  },
  {
    about: 'CronJob backup/ledger-db-backup',
    answers: [
      `Error: The backup CronJob backup/ledger-db-backup fails with exit code 1: uploading ledger.dump.zst to s3://backups-ledger.example.com is denied because the access key has expired [E1].

Solution:
1. Renew the access key that the upload uses.
2. Run it out of turn: \`kubectl -n backup create job ledger-db-backup-again --from=cronjob/ledger-db-backup\`.
3. Delete the failed Jobs once the new Pod ends with exit code 0.`,
      `Error: No successful backup of the ledger database since the last success; the Jobs ledger-db-backup-29822550, ledger-db-backup-29823990 and ledger-db-backup-29825430 all failed (BackoffLimitExceeded). The log says "AccessDenied: the access key has expired" [E1].

Solution:
1. Rotate the expired key.
2. Read the log again to be sure: \`kubectl -n backup logs ledger-db-backup-29825430-5h47p -c ledger-db-backup --tail=100\`.
3. Trigger a run by hand, since a Job that has given up isn't retried.`,
      `The nightly job isn't a Kubernetes problem as such: the dump is made, but the upload to object storage is rejected with \`AccessDenied\` [E1], so the container exits with code 1. At least three runs in a row have failed, and each one used up its backoff limit with 2 failed Pods.

What I would do: get a fresh access key into the Secret or wherever the job reads it from, start a run manually, and check that it succeeds. If single failures were normal you could raise \`backoffLimit\`, but that won't help here.`,
      `Error: ledger-db-backup can't upload its dump (AccessDenied, the access key has expired) [E1].
Solution:
1. Replace the key.
2. \`kubectl create job ledger-db-backup-again --from=cronjob/ledger-db-backup -n backup\`
3. \`kubectl describe pod ledger-db-backup-29825430-5h47p -n backup\` shows exit code, reason and message of the old run.`,
    ],
  },
  {
    about: 'Deployment recommendations/embedding-store',
    answers: [
      `Error: Pod recommendations/embedding-store-pkx2xbpddv-x8mvr cannot be scheduled, since it wants nodes labelled node.example.com/pool=memory-optimised and no node has that label; there is memory-optimized [E1].

Solution:
1. See what the Pod wants: \`kubectl -n recommendations get pod embedding-store-pkx2xbpddv-x8mvr -o jsonpath='{.spec.nodeSelector} {.spec.affinity.nodeAffinity}'\`.
2. Correct the spelling in the template of Deployment embedding-store.
3. Or label the nodes that are meant: \`kubectl label nodes NODE KEY=VALUE\`.`,
      `Error: A spelling mismatch keeps embedding-store pending. Its node selector says "memory-optimised" (British spelling), the nodes say "memory-optimized"; 0/12 nodes are available: 10 don't match the affinity, 1 has an untolerated taint and 1 is unschedulable [E1].

Solution:
1. Change the selector in the Deployment to \`node.example.com/pool=memory-optimized\`.
2. Compare with \`kubectl get nodes --show-labels\`.
3. It's well when the Pod has a node.`,
      `The scheduler finds no suitable node among 12: \`node.example.com/pool=memory-optimised\` isn't set anywhere [E1]. Looks like a typo, as the existing pools are \`general\` and \`memory-optimized\`. Until that's fixed, the Deployment stays at 0 of 1 and the Service recommendations/embedding-store has no ready endpoints.

Correct the value where the manifest is kept. If the placement is a preference rather than a requirement, \`preferredDuringSchedulingIgnoredDuringExecution\` avoids this kind of hard failure.`,
      `Error: Unschedulable — the node affinity matches nothing (label value memory-optimised) [E1].
Solution:
1. Fix the label value in the Pod template.
2. Check: \`kubectl get pod embedding-store-pkx2xbpddv-x8mvr -n recommendations -o wide\`.`,
    ],
  },
  {
    about: 'Secret customer-support/chat-relay-token',
    answers: [
      `Error: The Pod template of Deployment customer-support/chat-relay names Secret chat-relay-token, which does not exist. Nothing has failed yet; the next Pod will not start [E1].

Solution:
1. See where the template names it: \`kubectl -n customer-support get Deployment chat-relay -o yaml | grep -n -B 6 -e chat-relay-token\`.
2. If it was deleted by mistake, apply it again from where it is kept.
3. If it was renamed, correct the name.`,
      `Error: A latent problem: chat-relay still runs, but any restart, node failure or rollout will leave the new Pod waiting for the missing Secret \`chat-relay-token\` [E1].

Solution:
1. Restore the Secret before anything restarts.
2. If the program can do without it, mark the reference \`optional: true\`.
3. Let one new Pod start at a quiet time to verify.`,
      `Nothing is broken for users at the moment. The running Pods started while Secret \`customer-support/chat-relay-token\` was still there, so they don't notice its absence [E1]; newly created ones would get stuck. Please recreate it (or fix the reference) soon, ideally before the next deployment.`,
      `Error: Deployment chat-relay refers to a Secret that isn't there (chat-relay-token) [E1].
Solution: check what exists with \`kubectl -n customer-support describe Secret chat-relay-token\`, then re-create it or correct the reference.`,
    ],
  },
];
