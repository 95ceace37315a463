import type { Honest } from './honest.ts';

/** The same about its nodes, networks, storage, quotas, webhooks and leftovers. */
export const CLUSTER: readonly Honest[] = [
  {
    about: 'Node prod-b3',
    answers: [
      `Error: Node prod-b3 is NotReady: its kubelet stopped posting node status (NodeStatusUnknown) [E1]. The StatefulSet shop-orders/orders-db has its only Pod there, so orders-api and orders-export cannot reach orders-db:5432.

Solution:
1. See whether the machine runs, and start it again if it is down.
2. On the machine read the kubelet: \`systemctl status kubelet\`, \`journalctl -u kubelet -n 200\`.
3. If it is gone for good: \`kubectl delete node prod-b3\`. Be sure that it is off.`,
      `Error: The kubelet on prod-b3 has gone silent, so the node is marked NotReady and its Pods are being replaced elsewhere [E1][E2]. orders-db-0 can't move, because a StatefulSet's Pod waits until the node is back or known to be gone; that's why orders-api keeps crashing with "could not connect to orders-db:5432".

Solution:
1. Check the machine in the cloud's console or by SSH.
2. Look for a full disk, lack of memory, expired certificates or a lost connection to the API server.
3. Verify: \`kubectl get node prod-b3\` shows Ready.`,
      `**Summary:** node \`prod-b3\` dropped out of the cluster [E1]; everything else is a consequence.

**Consequences**
- \`orders-db-0\` is stuck in Terminating, hence StatefulSet \`shop-orders/orders-db\` has 0 of 1 replicas ready.
- \`orders-api\` (0 of 3 ready) and \`orders-export\` are in CrashLoopBackOff, since they can't reach the database.
- Five DaemonSets (\`cni-agent\`, \`disk-csi-node\`, \`kube-proxy\`, \`log-agent\`, \`node-exporter\`) lack a ready Pod on that node: 11 of 12 are fine.

**What to do**
1. Bring the machine back, or, if it's dead, delete the node object so that volumes can be re-attached.
2. Watch out for split-brain: two writers on one volume destroy data.`,
      `Error: prod-b3's node lease is no longer renewed (E2) and its status is Unknown (E1); 8 Pods are on it, of shop-catalog/catalog-api, shop-orders/order-status-page and shop-orders/orders-db.

Solution:
1. \`kubectl describe node prod-b3\` for the conditions.
2. \`kubectl get pods -A -o wide --field-selector spec.nodeName=prod-b3\` for what runs there.
3. Restart the kubelet or the machine.
4. As a last resort, taint it with \`node.kubernetes.io/out-of-service=nodeshutdown:NoExecute\`, so stateful Pods get moved.`,
    ],
  },
  {
    about: 'Node prod-c4',
    answers: [
      `Error: Node prod-c4 is cordoned, so no new Pods are placed on it; 5 Pods are still on it, all of them of DaemonSets [E1].

Solution:
1. Ask whether the maintenance is still going on.
2. If not: \`kubectl uncordon prod-c4\`.
3. If the node should go, drain it and delete it.`,
      `Error: prod-c4 has been marked unschedulable [E1]. That's harmless by itself, but the cluster lacks its capacity for as long as it stays this way.

Solution:
1. Find out who cordoned it: an upgrade or an autoscaler may own it.
2. Let Pods in again with \`kubectl uncordon prod-c4\`.
3. \`kubectl get node prod-c4\` should no longer show SchedulingDisabled.`,
      `Someone, or some tool, cordoned \`prod-c4\` and apparently forgot about it [E1]. Nothing is failing because of this. If the maintenance is over, uncordon the node; otherwise leave it alone.`,
    ],
  },
  {
    about: 'Service shop-reviews/reviews-api',
    answers: [
      `Error: Service shop-reviews/reviews-api selects app=reviews-api, which no Pod has, so it has no endpoints and requests through Ingress reviews fail [E1]. The Pods of Deployment reviews-api have app.kubernetes.io/name=reviews-api instead.

Solution:
1. Change spec.selector of the Service to the labels that the Pods have.
2. Verify: \`kubectl get endpointslices -n shop-reviews -l kubernetes.io/service-name=reviews-api\`.`,
      `Error: Selector mismatch. The Service looks for \`app=reviews-api\`, while the Pods carry \`app.kubernetes.io/name=reviews-api\` [E1]; therefore every connection to it fails.

Solution:
1. Update the selector; this takes effect at once and restarts nothing.
2. Alternatively add the old label to the Deployment's template if a NetworkPolicy or PodDisruptionBudget relies on it. That restarts the Pods.
3. \`kubectl get pods -n shop-reviews -l app=reviews-api\` lists what it selects.`,
      `No Pod matches the Service's selector [E1], most probably because a new chart changed the labels but not the selector. I'd fix the Service rather than the workload:

\`\`\`sh
kubectl get service reviews-api -n shop-reviews -o jsonpath='{.spec.selector}'
kubectl get pods,deployments,statefulsets,daemonsets -n shop-reviews --show-labels
\`\`\`

Once selector and labels agree, the EndpointSlices fill up by themselves.`,
      `Error: reviews-api has zero endpoints: \`{"app":"reviews-api"}\` selects nothing [E1].
Solution: align the selector with \`app.kubernetes.io/name=reviews-api\`, the label of the nearest workload, Deployment reviews-api.`,
    ],
  },
  {
    about: 'StorageClass fast-ssd',
    answers: [
      `Error: PersistentVolumeClaim data-warehouse/data-query-cache-0 asks for StorageClass fast-ssd, which does not exist; there is ssd and ssd-retained [E1][E2]. Pod query-cache-0 cannot start.

Solution:
1. See the classes: \`kubectl get storageclasses\`.
2. Correct the class in the manifest of StatefulSet query-cache [E3]; delete it first with --cascade=orphan, since its volumeClaimTemplates are fixed.
3. Delete the Pending claim and apply it anew.`,
      `Error: The claim data-query-cache-0 stays Pending: "storageclass.storage.k8s.io "fast-ssd" not found" [E2]. That leaves the StatefulSet data-warehouse/query-cache at 0 of 3 ready replicas [E4].

Solution:
1. Decide whether fast-ssd should exist or another class (ssd, ssd-retained, standard) is meant.
2. If it should, install its driver, or create a class of that name with the same provisioner.
3. Check that \`kubectl get pvc data-query-cache-0 -n data-warehouse\` shows Bound.`,
      `The storage class \`fast-ssd\` isn't available in this cluster, so no volume can be provisioned [E2] and the scheduler reports unbound immediate PersistentVolumeClaims. The class of an existing claim can't be changed; you'll have to delete the pending PVC (it holds no data) and let the StatefulSet create a new one from a corrected volume claim template.`,
    ],
  },
  {
    about: 'Secret partner-portal/portal-tls',
    answers: [
      `Error: Ingress partner-portal/portal takes its certificate for partners.example.com from Secret portal-tls, which does not exist [E1]. Browsers get a default certificate and reject it.

Solution:
1. See whether cert-manager issues it: \`kubectl get certificates,certificaterequests,orders,challenges -n partner-portal\`.
2. Otherwise make it: \`kubectl create secret tls portal-tls -n partner-portal --cert=tls.crt --key=tls.key\`.`,
      `Error: HTTPS for partners.example.com is broken, as the TLS Secret \`portal-tls\` is missing in namespace partner-portal [E1].

Solution:
1. Look for a misspelt name in \`spec.tls[0].secretName\`.
2. If it should be issued automatically, describe the Certificate, then its Order and Challenge; mostly it's DNS or a wrong issuer.
3. Confirm in a browser that the host serves the right certificate.`,
      `The Ingress \`portal\` references a certificate Secret that isn't there [E1]. Depending on the controller, visitors see a certificate warning or the host is dropped entirely. Check \`kubectl get secrets -n partner-portal --field-selector type=kubernetes.io/tls\`: maybe the certificate lives under another name, in which case a one-line change of the Ingress is enough.`,
    ],
  },
  {
    about: 'ResourceQuota reporting/reporting-compute',
    answers: [
      `Error: ResourceQuota reporting/reporting-compute leaves no room: report-renderer wants limits.memory=4Gi, 8704Mi of 12Gi are used [E1]. So 0 of 3 new Pods could be created [E2][E3].

Solution:
1. See what uses it: \`kubectl -n reporting describe resourcequota reporting-compute\`.
2. Lower the limits of Deployment report-renderer, or scale down what is not needed.
3. Or have the quota raised: \`kubectl -n reporting edit resourcequota reporting-compute\`.`,
      `Error: The rolling update of report-renderer is blocked by the namespace's quota. The API server refuses the Pods: "exceeded quota: reporting-compute, requested: limits.memory=4Gi, used: limits.memory=8704Mi, limited: limits.memory=12Gi" [E1]. The old version still serves with 5 of 6 replicas.

Solution:
1. Let the rollout replace Pods one by one with \`maxSurge: 0\` and \`maxUnavailable: 1\`.
2. Free memory in the namespace \`reporting\`.
3. Ask the quota's owner for more.`,
      `The quota is the bottleneck: 12Gi in total, 8704Mi (8.5Gi) in use, and each new Pod asks for another 4Gi [E1]. A surge during the rollout needs room for old and new Pods at the same time, which isn't there.

Options:
- run fewer replicas or smaller limits,
- change the update strategy,
- raise the quota if the need is real.`,
      `Error: ReplicaSet report-renderer-7xx6kr4kbd can't create its Pods (forbidden, memory quota exceeded) [E1].
Solution:
1. \`kubectl describe resourcequota reporting-compute -n reporting\`
2. Reduce limits or replicas, or increase the quota.
3. It's well when no new FailedCreate event appears.`,
    ],
  },
  {
    about: 'CronJob backup/catalog-db-backup',
    answers: [
      `Error: CronJob backup/catalog-db-backup is suspended, so its schedule "0 2 * * *" starts nothing and no backup is made [E1][E2].

Solution:
1. Ask whether it was suspended on purpose.
2. Resume it: \`kubectl -n backup patch cronjob catalog-db-backup --type merge -p '{"spec":{"suspend":false}}'\`.
3. Start one now if needed: \`kubectl -n backup create job catalog-db-backup-now --from=cronjob/catalog-db-backup\`.`,
      `Error: Backups of the catalog database have silently stopped: \`spec.suspend\` is true [E1].

Solution:
1. If it should run, unsuspend it in the cluster and where its manifest is kept.
2. A missed run may start at once; set startingDeadlineSeconds before if that must not be.
3. It's well when LAST SCHEDULE is recent again.`,
      `The CronJob is suspended [E1], probably during an incident or a migration, and nobody resumed it. Until then there's no fresh backup of the catalog DB. \`kubectl -n backup get cronjob catalog-db-backup -o yaml --show-managed-fields\` tells which tool changed it last.`,
    ],
  },
  {
    about: 'Service service-defaults/cost-labels',
    answers: [
      `Error: MutatingWebhookConfiguration cost-labels calls Service service-defaults/cost-labels, which does not exist [E1]. Its failurePolicy is Ignore, so requests wait up to 10 s and then go on without it.

Solution:
1. If the application is gone for good: \`kubectl delete MutatingWebhookConfiguration cost-labels\`.
2. Otherwise restore the Service, or correct clientConfig.service of the webhook.`,
      `Error: A leftover webhook. deployments.cost-labels.example.com points to a Service that no longer exists, which slows down every change of a Deployment by up to 10 seconds [E1].

Solution:
1. Check \`kubectl get service cost-labels -n service-defaults\`.
2. Reinstall the application or delete the configuration.
3. Test with \`--dry-run=server\`.`,
      `Nothing is blocked, because the webhook's failurePolicy is \`Ignore\`; it's merely skipped after a timeout [E1]. Most likely the app was uninstalled and its MutatingWebhookConfiguration left behind. Clean it up: \`kubectl delete mutatingwebhookconfiguration cost-labels\`.`,
    ],
  },
  {
    about: 'ConfigMap monitoring/prometheus-rules-old',
    answers: [
      `Error: ConfigMap monitoring/prometheus-rules-old is used by no Pod and no workload [E1]. It does no harm.

Solution:
1. Look at it: \`kubectl get configmap prometheus-rules-old -n monitoring -o yaml\`.
2. If nobody needs it, remove it from the manifests, then delete it; keep a copy: \`kubectl get configmap prometheus-rules-old -n monitoring -o yaml > prometheus-rules-old.yaml\`.
3. If a program reads it through the API, label it \`k8sgpt.ai/dynamically-loaded: "true"\`.`,
      `Error: \`prometheus-rules-old\` looks like a leftover: nothing in namespace monitoring mounts it or takes variables from it [E1]. Its only key is rules.yaml.

Solution: confirm that no program reads it through the API, then delete it. If one does, annotate it with \`k8sgpt.ai/skip-usage-check: "true"\`, so it's no longer reported.`,
    ],
  },
  {
    about: 'ConfigMap payments/acquirer-cutover-notes',
    answers: [
      `Error: The ConfigMap payments/acquirer-cutover-notes (key: plan) isn't used anywhere in its namespace [E1].
Solution:
1. \`kubectl get deployments,statefulsets,daemonsets,cronjobs,jobs,pods -n payments -o yaml | grep -w acquirer-cutover-notes\`
2. Ask its owner; by its name it holds notes rather than settings.
3. Delete it if nobody needs it.`,
      `This one is low priority: an unused ConfigMap [E1]. Keep it if people read it, and add the label \`k8sgpt.ai/dynamically-loaded: "true"\` so that it stops showing up.`,
    ],
  },
  {
    about: 'ConfigMap shop-catalog/catalog-api-config-2024',
    answers: [
      `Error: ConfigMap shop-catalog/catalog-api-config-2024 with its keys PAGE_SIZE and THEME is not used by any Pod [E1].

Solution:
1. Find out whether a program reads it through the API.
2. If not, delete it; keep a copy before: \`kubectl get configmap catalog-api-config-2024 -n shop-catalog -o yaml > catalog-api-config-2024.yaml\`.`,
      `It was presumably left behind by an older version of the catalog API: \`catalog-api-config-2024\` isn't mounted, isn't used for variables and isn't named in any argument [E1]. Safe to clean up once you've made sure of that.`,
    ],
  },
];
