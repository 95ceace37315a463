/**
 * Names that are the same in every cluster, and words that say nothing of anybody's: hiding them would hide nothing, and
 * a model would not understand the rest.
 */
const COMMON = new Set(
  [
    // Kubernetes' own objects and namespaces.
    'default kube-system kube-public kube-node-lease kubernetes kube-root-ca.crt kube-proxy kube-dns coredns etcd',
    'kube-apiserver kube-scheduler kube-controller-manager cloud-controller-manager kubelet metrics-server kindnet',
    'calico-node cilium flannel cluster-admin system admin edit view localhost cluster.local svc local',
    'host.docker.internal docker-desktop minikube control-plane master worker',
    // Its words.
    'pod pods node nodes namespace namespaces deployment deployments replicaset replicasets statefulset statefulsets',
    'daemonset daemonsets job jobs cronjob cronjobs service services ingress ingresses endpoint endpoints endpointslice',
    'endpointslices configmap configmaps secret secrets persistentvolumeclaim persistentvolumeclaims persistentvolume',
    'persistentvolumes storageclass storageclasses serviceaccount serviceaccounts networkpolicy role roles rolebinding',
    'clusterrole clusterrolebinding event events container containers image images volume volumes claim claims object',
    'objects resource resources kind name names label labels annotation annotations selector key keys value values tag tags',
    'host hosts address addresses email cluster clusters context user users group groups port ports registry repository',
    'webhook webhooks probe probes replica replicas spec status metadata data type state phase reason message condition',
    'conditions rule rules path paths env args command requests limits cpu memory storage disk network policy schedule',
    'kubectl get list describe logs log top rollout history apply create delete patch edit exec scale analyze explain',
    'true false null none yes no on off ok error errors warning warnings info debug fatal failed running pending ready',
    'running waiting terminated succeeded unknown always never ifnotpresent latest stable main http https tcp udp tls dns',
    // Parts that many clusters have.
    'app apps application api web db database cache queue backend frontend server client proxy gateway controller operator',
    'manager agent monitoring logging init sidecar config configuration settings token password username url uri tmp var',
    'test tests dev staging prod production version component part-of instance managed-by tier environment release chart',
    'app.kubernetes.io helm docker containerd linux amd64 arm64 library nginx redis postgres postgresql mysql mariadb mongo',
    'mongodb busybox alpine ubuntu debian python golang java ruby php rabbitmq memcached kafka zookeeper elasticsearch',
    'kibana grafana prometheus alertmanager loki traefik haproxy envoy istio istio-system vault consul pause hello-world',
    'cert-manager ingress-nginx argocd external-dns csi hostpath',
    // The commonest words of English.
    'a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its',
    'may more most my new no not of off old on one only or our out over she so some such than that the their them then',
    'there these they this to too two under up us use used was we were what when where which who why will with without',
    'would you your all any both each after before again because while',
  ].flatMap((line) => line.split(' ')),
);

/** Domains that belong to nobody's cluster: API groups, registries and documentation, with all below them. */
const COMMON_DOMAINS = new RegExp(
  `(?:^|\\.)(?:${[
    'k8s\\.io|kubernetes\\.io|cluster\\.local|coreos\\.com|argoproj\\.io|cert-manager\\.io|kyverno\\.io|istio\\.io|traefik\\.io',
    'helm\\.sh|fluxcd\\.io|crossplane\\.io|keda\\.sh|prometheus\\.io|linkerd\\.io|cilium\\.io|projectcalico\\.org|openshift\\.io',
    'knative\\.dev|tekton\\.dev|docker\\.io|docker\\.com|aquasecurity\\.github\\.io|operatorframework\\.io|k8sgpt\\.ai',
  ].join('|')})$`,
  'i',
);
const COMMON_HOSTS =
  /^(?:quay\.io|ghcr\.io|(?:\w+\.)?gcr\.io|mcr\.microsoft\.com|public\.ecr\.aws|github\.com|letsencrypt\.org)$/i;

/** Addresses that mean the same everywhere. */
const COMMON_ADDRESSES = /^(?:127\.0\.0\.\d{1,3}|0\.0\.0\.0|255\.255\.255\.255|169\.254\.169\.254|::1?)$/;

/** Whether a name is left as it is, since it tells nothing. */
export function isCommon(name: string): boolean {
  if (name.length < 2 || /^[\d.]{1,6}[a-z%]?$/i.test(name) || !/[\p{L}\d]/u.test(name)) return true;
  return COMMON.has(name.toLowerCase()) || isCommonHost(name) || COMMON_ADDRESSES.test(name);
}

function isCommonHost(name: string): boolean {
  return COMMON_DOMAINS.test(name) || COMMON_HOSTS.test(name);
}

/** `latest`, `1.25`, `v2.0.1-alpine`: a tag that names a version, and nobody. */
export function isVersion(tag: string): boolean {
  return /^(?:latest|stable|main|master|edge|v?\d+(?:\.\d+){0,3}(?:-(?:alpine|slim|rc|beta|alpha|debian|ubuntu)[\d.]{0,6})?)$/.test(
    tag,
  );
}
