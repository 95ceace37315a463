import { readdir, readFile } from 'node:fs/promises';
import { lexer, type Token } from 'marked';

/**
 * Words that claim nothing: terms of Kubernetes and compounds of everyday language. Everything that looks like a name and
 * is neither among these nor in the evidence counts as made up.
 */
export interface Vocabulary {
  /** Whether a word, in lower case, is language or a term rather than the name of something in a cluster. */
  has(word: string): boolean;
}

const folder = new URL('../runbooks/', import.meta.url);
let loaded: Promise<Vocabulary> | undefined;

/** The vocabulary; the runbooks' own words are part of it, since they are written by hand and speak of no cluster. */
export function vocabulary(): Promise<Vocabulary> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Vocabulary> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const words = new Set(TERMS);
  for (const text of texts) for (const word of wordsOf(lexer(text))) words.add(word);
  return { has: (word) => words.has(word) };
}

/** Words of prose, and code of one word such as `CrashLoopBackOff`; commands and placeholders are no language. */
function wordsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token): string[] => {
    if (token.type === 'code') return [];
    if (token.type === 'codespan') return /^[A-Za-z][\w.[\]]*$/.test(token.text) ? [token.text.toLowerCase()] : [];
    if (token.type === 'list') return token.items.flatMap((item: { tokens: Token[] }) => wordsOf(item.tokens));
    if ('tokens' in token && token.tokens) return wordsOf(token.tokens);
    const letters = 'text' in token ? String(token.text) : '';
    return (letters.replace(/\{\w+\}\S*/g, ' ').match(/[A-Za-z][A-Za-z/-]*[A-Za-z]/g) ?? []).map((word) =>
      word.toLowerCase(),
    );
  });
}

const list = (words: string) => words.trim().split(/\s+/);

/** Terms and compounds, in lower case. */
const TERMS = new Set(
  list(`
  k8s k8sgpt ipv4 ipv6 x509 base64 sha256 utf-8 http/1.1 http/2 http2 http/3 s3 ec2 amd64 arm64 x86_64 i386 oauth2 oauth 24/7
  e.g i.e etc vs a.k.a u.s n/a i/o w/o and/or either/or yes/no true/false on/off read/write cpu/memory tcp/ip tcp/udp
  up/down input/output start/stop request/limit requests/limits limit/request client/server name/value key/value
  readiness/liveness liveness/readiness ci/cd http/https ssl/tls tls/ssl node.js next.js vue.js .net c++
  kube-system kube-public kube-node-lease kube-apiserver kube-scheduler kube-controller-manager kube-proxy kubelet
  read-only read-write write-only re-create re-deploy re-run re-try re-apply re-enable re-schedule re-build re-start re-check
  pre-existing pre-stop post-start pre-pull non-zero non-root non-existent non-existing non-ready non-empty non-production
  out-of-memory out-of-date out-of-disk up-to-date end-to-end follow-up roll-out roll-back back-off start-up shut-down scale-up
  scale-down time-out timed-out log-in sign-in set-up clean-up built-in plug-in add-on opt-in opt-out in-cluster in-memory
  on-premises on-call off-by-one long-running short-lived long-lived long-term short-term real-time run-time well-known
  well-formed multi-container multi-node multi-arch multi-tenant single-node single-replica high-availability auto-scaling
  auto-scaler load-balancing load-balancer self-healing self-signed self-hosted third-party root-cause cross-namespace
  cross-zone sub-path step-by-step side-effect trade-off double-check double-checked cold-start warm-up rate-limit
  rate-limited rate-limiting user-defined cluster-wide cluster-scoped namespace-scoped namespace-wide crash-loop crash-looping
  key-value so-called one-off one-time last-known newly-created recently-changed correctly-configured misconfigured
  mis-configured mis-typed typo-free case-sensitive human-readable machine-readable fail-safe fault-tolerant blue-green
  all-in-one day-to-day point-in-time server-side client-side host-level node-level pod-level container-level
  application-level cluster-level network-level memory-related cpu-related network-related storage-related node-related
  image-related config-related docker-compose kube-dns core-dns
  apiversion metadata namespace labels annotations finalizers ownerreferences creationtimestamp deletiontimestamp generation
  replicas selector matchlabels matchexpressions template containers initcontainers ephemeralcontainers imagepullpolicy
  imagepullsecrets imagepullsecret ifnotpresent restartpolicy terminationgraceperiodseconds activedeadlineseconds nodeselector
  nodename nodeaffinity podaffinity podantiaffinity affinity tolerations toleration taints serviceaccountname serviceaccount
  securitycontext runasuser runasgroup runasnonroot fsgroup readonlyrootfilesystem allowprivilegeescalation privileged
  capabilities seccompprofile hostnetwork hostpid hostport hostpath emptydir configmap configmaps configmapref configmapkeyref
  secretref secretkeyref secretname envfrom valuefrom volumemounts mountpath subpath volumes persistentvolumeclaim
  persistentvolume persistentvolumeclaims persistentvolumes storageclass storageclassname volumeclaimtemplates accessmodes
  readwriteonce readwritemany readonlymany volumemode volumebindingmode waitforfirstconsumer immediate reclaimpolicy provisioner
  livenessprobe readinessprobe startupprobe httpget tcpsocket exec initialdelayseconds periodseconds timeoutseconds
  failurethreshold successthreshold lifecycle prestop poststart containerport targetport nodeport clusterip loadbalancer
  externalname externalips headless endpoints endpointslice endpointslices ingressclass ingressclassname pathtype backend
  defaultbackend tls host rules strategy rollingupdate recreate maxsurge maxunavailable minreadyseconds progressdeadlineseconds
  revisionhistorylimit paused partition ordinals servicename podmanagementpolicy completions parallelism backofflimit
  ttlsecondsafterfinished suspend schedule concurrencypolicy startingdeadlineseconds successfuljobshistorylimit
  failedjobshistorylimit timezone horizontalpodautoscaler poddisruptionbudget networkpolicy resourcequota limitrange
  priorityclass runtimeclass mutatingwebhookconfiguration validatingwebhookconfiguration failurepolicy cabundle
  admissionregistration customresourcedefinition replicaset replicasets statefulset statefulsets daemonset daemonsets cronjob
  cronjobs deployment deployments clusterrole clusterrolebinding rolebinding serviceaccounts
  podscheduled containersready memorypressure diskpressure pidpressure networkunavailable nodestatusunknown kubeletnotready
  crashloopbackoff imagepullbackoff errimagepull errimageneverpull invalidimagename imageinspecterror registryunavailable
  createcontainerconfigerror createcontainererror runcontainererror containercreating podinitializing oomkilled completed
  containercannotrun deadlineexceeded evicted unschedulable schedulinggated terminating backoff failedscheduling failedmount
  failedattachvolume failedcreatepodsandbox failedcreate unhealthy replicafailure progressing available progressdeadlineexceeded
  backofflimitexceeded failedindexes podfailurepolicy minimumreplicasunavailable newreplicasetavailable sigterm sigkill sigsegv
  oom oomkill openshift github gitlab bitbucket javascript typescript postgresql mysql mongodb mariadb rabbitmq graphql grpc
  websocket websockets devops gitops macos ios nodejs openssl openid fluentd containerd linux unix ubuntu debian windows java
  crash-loop crash-loop-backoff back-off-loop image-pull imagepull kubectl crictl systemd journald cgroup cgroups
  urls apis ips cpus ids vms pvs pvcs tcp udp dns nfs csi cni cri ebs efs rbac sre slo sla`),
);

/** Compounds that end or begin so are everyday language: `memory-bound`, `non-fatal`. */
export const COMPOUND =
  /^(?:non|re|pre|post|auto|multi|self|over|under|sub|semi|well|ill|half|fully|newly|highly|out|up|so|most|least|less|more)-[a-z]+(?:-[a-z]+)*$|-(?:only|based|related|level|specific|side|time|term|free|ready|like|wide|aware|bound|driven|defined|safe|prone|friendly|compatible|capable|first|facing|by-\w+|to-\w+|of-\w+|in-\w+)$/;
