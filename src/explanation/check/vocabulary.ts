import { readdir, readFile } from 'node:fs/promises';
import { lexer, type Token } from 'marked';

/**
 * Words that claim nothing: terms of Kubernetes and compounds of everyday language. Everything that looks like a name and
 * is neither among these nor in the evidence counts as made up.
 */
export interface Vocabulary {
  /** Whether a word, in lower case, is language or a term rather than the name of something in a cluster. */
  has(word: string): boolean;
  /** Whether it is a term, such as a field, a reason or a kind, which code may hold as well. */
  term(word: string): boolean;
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
  const terms = new Set(TERMS);
  const words = new Set<string>();
  for (const text of texts) read(lexer(text));
  return { has: (word) => words.has(word) || terms.has(word) || COMPOUNDS.has(word), term: (word) => terms.has(word) };

  /** Words of prose are language, code of one word such as `CrashLoopBackOff` is a term; commands and blanks are neither. */
  function read(tokens: readonly Token[]): void {
    for (const token of tokens) {
      if (token.type === 'code') continue;
      if (token.type === 'codespan') {
        if (/^[A-Za-z][\w.[\]]*$/.test(token.text)) terms.add(token.text.toLowerCase());
      } else if (token.type === 'list') for (const item of token.items) read(item.tokens);
      else if ('tokens' in token && token.tokens) read(token.tokens);
      else {
        const letters = 'text' in token ? String(token.text).replace(/\{\w+\}\S*/g, ' ') : '';
        for (const word of letters.match(/[A-Za-z][A-Za-z/-]*[A-Za-z]/g) ?? []) words.add(word.toLowerCase());
      }
    }
  }
}

const list = (words: string) => words.trim().split(/\s+/);

/** Terms, in lower case: what Kubernetes and its surroundings call things, so that code may hold them. */
const TERMS = new Set(
  list(`
  k8s k8sgpt kubernetes kubectl kubelet kubeconfig kubeadm kustomize kube-system kube-public kube-node-lease
  kube-apiserver apiserver kube-scheduler kube-controller-manager kube-proxy kube-dns core-dns coredns etcd containerd
  crictl docker dockerfile docker-compose podman helm git github bitbucket gitops devops openshift google microsoft
  amazon node.js next.js vue.js nodejs javascript typescript python golang java ruby php rust perl .net c++ graphql
  grpc websocket websockets linux unix windows macos ios systemd journald cgroup cgroups bash shell sudo openssl
  openid oauth oauth2 nfs csi cni cri ebs efs rbac sre slo sla ipv4 ipv6 x509 base64 sha256 utf-8 http/1.1 http/2
  http2 http/3 s3 ec2 amd64 arm64 x86_64 i386 tcp udp dns url urls api apis ip ips cpu cpus id ids vm vms pv pvs pvc
  pvcs json yaml yml null true false p0 p1 p2 p3 p4 1xx 2xx 3xx 4xx 5xx apiversion kind spec status metadata namespace labels
  annotations finalizers ownerreferences creationtimestamp deletiontimestamp generation observedgeneration replicas
  readyreplicas availablereplicas updatedreplicas selector matchlabels matchexpressions template podspec podtemplate
  podtemplatespec containers initcontainers ephemeralcontainers image imagepullpolicy imagepullsecrets imagepullsecret
  ifnotpresent always never latest restartpolicy onfailure terminationgraceperiodseconds activedeadlineseconds
  nodeselector nodename nodeaffinity podaffinity podantiaffinity affinity tolerations toleration taint taints
  noschedule noexecute prefernoschedule serviceaccountname securitycontext runasuser runasgroup runasnonroot fsgroup
  readonlyrootfilesystem allowprivilegeescalation privileged capabilities seccompprofile hostnetwork hostpid hostport
  hostpath emptydir configmapref configmapkeyref secretref secretkeyref secretname envfrom env valuefrom volumemounts
  mountpath subpath volumes volumeclaimtemplates accessmodes readwriteonce readwritemany readonlymany volumemode
  volumebindingmode waitforfirstconsumer immediate reclaimpolicy provisioner livenessprobe readinessprobe startupprobe
  httpget tcpsocket exec initialdelayseconds periodseconds timeoutseconds failurethreshold successthreshold lifecycle
  prestop poststart port ports containerport targetport nodeport clusterip loadbalancer externalname externalips
  headless endpoints ingressclassname pathtype backend defaultbackend tls host hosts rules strategy rollingupdate
  recreate maxsurge maxunavailable minreadyseconds progressdeadlineseconds revisionhistorylimit paused partition
  ordinals servicename podmanagementpolicy completions parallelism backofflimit ttlsecondsafterfinished suspend
  schedule concurrencypolicy startingdeadlineseconds successfuljobshistorylimit failedjobshistorylimit timezone
  failurepolicy cabundle clientconfig resources requests limits memory storage name names value values key keys type
  data stringdata binarydata command args podscheduled containersready memorypressure diskpressure pidpressure
  networkunavailable nodestatusunknown kubeletnotready kubeletready nodenotready notready schedulingdisabled
  crashloopbackoff imagepullbackoff errimagepull errimageneverpull invalidimagename imageinspecterror
  registryunavailable createcontainerconfigerror createcontainererror runcontainererror containercreating
  podinitializing oomkilled oom oomkill systemoom completed containercannotrun deadlineexceeded evicted unschedulable
  schedulinggated terminating pending running succeeded failed unknown backoff failedscheduling failedmount
  failedattachvolume failedcreatepodsandbox failedcreate failedbinding failedkillpod provisioningfailed unhealthy
  killing pulling pulled replicafailure progressing available progressdeadlineexceeded backofflimitexceeded
  failedindexes podfailurepolicy minimumreplicasavailable minimumreplicasunavailable newreplicasetavailable
  replicasetupdated scalingreplicaset containersnotready successfulcreate taintmanagereviction bound lost released
  ready dnssec nxdomain servfail posix ascii ldaps selinux sigterm sigkill sigsegv sigint sighup sigabrt eof enoent eacces etimedout econnrefused econnreset
  servicemonitor podmonitor prometheusrule externalsecret secretstore clusterissuer certificate certificates
  certificaterequest httproute gateway nodepool nodeclaim machineset`),
);

/** Compounds of everyday language, in lower case. */
const COMPOUNDS = new Set(
  list(`
  24/7 e.g i.e etc vs a.k.a u.s n/a i/o w/o and/or either/or yes/no true/false on/off read/write cpu/memory tcp/ip
  tcp/udp up/down input/output start/stop request/limit requests/limits limit/request client/server name/value
  key/value readiness/liveness liveness/readiness ci/cd http/https ssl/tls tls/ssl read-only read-write write-only
  re-create re-deploy re-run re-try re-apply re-enable re-schedule re-build re-start re-check out-of-memory
  out-of-date out-of-disk up-to-date end-to-end follow-up roll-out roll-back back-off start-up shut-down scale-up
  scale-down time-out timed-out log-in sign-in set-up clean-up built-in plug-in add-on opt-in opt-out in-cluster
  in-memory on-premises on-call off-by-one multi-container multi-node multi-arch multi-tenant single-node
  single-replica high-availability auto-scaling auto-scaler load-balancing load-balancer self-healing self-signed
  self-hosted third-party root-cause cross-namespace cross-zone sub-path step-by-step side-effect trade-off
  double-check double-checked cold-start warm-up rate-limit rate-limits rate-limited rate-limiting crash-loop
  crash-looping crash-loop-backoff back-off-loop image-pull key-value command-line control-plane data-plane end-user
  end-users front-end back-end time-series user-space open-source work-around time-consuming disaster-recovery
  split-brain so-called one-off one-time last-known mis-configured mis-typed typo-free case-sensitive human-readable
  machine-readable fail-safe fault-tolerant blue-green all-in-one day-to-day point-in-time server-side client-side
  high-level low-level far-reaching co-located english british american german french spanish european greek latin
  japanese chinese`),
);

/** Compounds that end or begin so are everyday language: `memory-bound`, `non-fatal`. */
export const COMPOUND =
  /^(?:non|re|pre|post|auto|multi|self|over|under|sub|semi|well|ill|half|fully|newly|highly|out|up|so|most|least|less|more)-[a-z]+(?:-[a-z]+)*$|-(?:only|based|related|level|specific|side|time|term|free|ready|like|wide|aware|bound|driven|defined|safe|prone|friendly|compatible|capable|first|facing|by-\w+|to-\w+|of-\w+|in-\w+)$/;
