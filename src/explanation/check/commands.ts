/** Programs that a line of code begins with when it is a command. */
const PROGRAMS = new Set(
  `kubectl k oc docker podman nerdctl buildah skopeo crictl ctr helm kustomize kubeadm minikube kind k3s k9s k8sgpt istioctl
  argocd flux etcdctl velero stern systemctl journalctl service curl wget ssh scp rsync sudo su rm mv cp mkdir rmdir touch chmod
  chown ln apt apt-get yum dnf apk brew pip pip3 npm npx yarn git terraform ansible ansible-playbook aws gcloud gsutil az eksctl
  doctl cat ls cd echo export source vi vim nano sed awk grep egrep find head tail less dig nslookup host ping traceroute telnet
  nc netstat ss ip iptables tcpdump openssl psql mysql mongo mongosh redis-cli kafka-topics bash sh zsh python python3 java node
  go make mvn gradle free df du top ps kill killall pkill reboot shutdown mount umount watch env set unset base64 jq yq dd
  mkfs swapoff sysctl modprobe lsof strace`.split(/\s+/),
);

/** Those of them that are no words of English, so that they are commands in prose as well. */
const UNMISTAKABLE =
  /(?<![\w./-])(?:(?:kubectl|docker|podman|nerdctl|crictl|helm|kubeadm|minikube|systemctl|journalctl|sudo|gcloud|eksctl|apt-get|chmod|chown|istioctl|etcdctl|psql|redis-cli|curl|wget)(?=\s)|rm(?=\s+-))/g;

/** What ends a command in the midst of a sentence. */
const NO_ARGUMENT = new Set(
  `to and or for in on of with without from by as is was are were be can could will would should may might must that which
  who it this these those the a an so if then when where while because before after until but not again first also command
  commands cli tool instead using via`.split(/\s+/),
);

/** Whether code of several words is a command rather than a message or a field with its value. */
export function isCommand(code: string): boolean {
  const [first = ''] = code
    .replace(/^\s*[$#>]\s+/, '')
    .trim()
    .split(/\s+/, 1);
  return PROGRAMS.has(first.replace(/^.*\//, ''));
}

/** Where commands stand in prose, as offsets: a program's name, and what can be its arguments behind it. */
export function commandsIn(prose: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { index: start, 0: program } of prose.matchAll(UNMISTAKABLE)) {
    if (start < (found.at(-1)?.end ?? 0)) continue;
    let end = start + program.length;
    for (const { index, 0: word } of prose.slice(end).matchAll(/\s+\S+/g)) {
      const argument = word.trim();
      if (index !== end - start - program.length || NO_ARGUMENT.has(argument.toLowerCase())) break;
      const closed = /^[("“]?.*?[.,;:!?)”]+$/.test(argument) && !/^-/.test(argument);
      end += word.length - (closed ? (/[.,;:!?)"”]+$/.exec(argument)?.[0].length ?? 0) : 0);
      if (closed) break;
    }
    if (end > start + program.length) found.push({ start, end });
  }
  return found;
}

/** kubectl's other words for kinds, so that `get po` and `get pods` are one command. */
const KINDS = new Map(
  `pod po; deployment deploy; replicaset rs; statefulset sts; daemonset ds; job; cronjob cj; service svc; ingress ing ingresses;
  persistentvolumeclaim pvc; persistentvolume pv; node no; configmap cm; secret; namespace ns; event ev; endpointslice;
  serviceaccount sa; horizontalpodautoscaler hpa; poddisruptionbudget pdb; networkpolicy netpol networkpolicies; lease;
  storageclass sc storageclasses`
    .split(/;\s+/)
    .flatMap((line) => {
      const [kind = '', ...others] = line.split(' ');
      return [kind, `${kind}s`, ...others].map((word) => [word, kind] as const);
    }),
);

const FLAGS: Record<string, string> = {
  '-n': '--namespace',
  '-c': '--container',
  '-o': '--output',
  '-l': '--selector',
  '-f': '--filename',
  '-p': '--previous',
  '-A': '--all-namespaces',
};
/** Flags that take no value, so that what stands behind them is an argument. */
const SWITCHES = new Set([
  '--previous',
  '--all-namespaces',
  '--containers',
  '--follow',
  '--watch',
  '-w',
  '--force',
  '--wide',
]);

/**
 * A command in one form, however it was written: prompts and quotes gone, flags long and sorted, kinds singular,
 * `pod/a` as `pod a`. Two commands of one form do the same.
 */
export function normalized(command: string): string {
  const words = command
    .replace(/^\s*[$#>]\s+/, '')
    .replace(/["']/g, '')
    .trim()
    .split(/\s+/);
  const flags: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') {
      const [, kind = '', name = ''] = /^([A-Za-z.]+)\/([\w.-]+)$/.exec(word) ?? [];
      rest.push(...(kind && rest.length > 0 ? [kindOf(kind), name] : [kindOf(word)]));
      continue;
    }
    const [name = '', value] = word.split(/=(.*)/s, 2);
    const flag = FLAGS[name] ?? name;
    const next = words[at + 1];
    if (value !== undefined) flags.push(`${flag}=${value}`);
    else if (!SWITCHES.has(flag) && next !== undefined && !next.startsWith('-')) {
      flags.push(`${flag}=${next}`);
      at++;
    } else flags.push(flag);
  }
  return [...rest, ...flags.sort()].join(' ');
}

function kindOf(word: string): string {
  return KINDS.get(word.toLowerCase()) ?? word;
}
