import { isEnglish } from './english.ts';
import { isKind } from './names.ts';

const words = (list: string) => list.trim().split(/\s+/);

/** Programs that a line of code begins with when it is a command. */
const PROGRAMS = new Set(
  words(`
  kubectl k oc docker podman nerdctl buildah skopeo crictl ctr helm kustomize kubeadm minikube kind k3s k9s k8sgpt
  istioctl argocd flux etcdctl velero stern kubectx kubens systemctl journalctl service curl wget ssh scp rsync sudo
  su rm mv cp mkdir rmdir touch chmod chown ln apt apt-get yum dnf apk brew pip pip3 npm npx yarn git terraform
  ansible ansible-playbook aws gcloud gsutil az eksctl doctl cat ls cd echo export source vi vim nano sed awk grep
  egrep find head tail less dig nslookup host ping traceroute telnet nc netstat ss ip iptables tcpdump openssl psql
  mysql mysqldump mongo mongosh redis-cli kafka-topics bash sh zsh python python3 java node go make mvn gradle free df
  du top htop ps kill killall pkill reboot shutdown halt poweroff mount umount watch env set unset base64 jq yq dd
  mkfs swapoff sysctl modprobe lsof strace xargs sleep tee uniq wc nohup crontab systemd-run nsenter chroot fsck blkid
  lsblk dmesg uptime vmstat iostat uname whoami`),
);
/** What a line of a script begins with beside them. */
const KEYWORDS = new Set(
  words('for while if then do done fi until case function exec eval timeout sort date id test true false exit alias'),
);

const VERBS = `get describe logs log exec delete apply create edit patch scale rollout set label annotate expose run port-forward
  proxy cp top drain cordon uncordon taint explain attach debug wait replace events auth config cluster-info autoscale`;

/** Words that make a command of a program whose name stands in prose as well: `helm upgrade`, but not `helm charts`. */
const SUBCOMMANDS = new Map(
  `kubectl k: ${VERBS}; oc: ${VERBS} adm project projects login new-app status start-build;
  docker podman nerdctl crictl ctr: run rm rmi ps image images system build push pull exec restart start stop kill inspect logs
  login tag compose prune container volume network stats cp pods;
  helm: install upgrade rollback list ls uninstall delete get status history repo template show pull dependency test;
  git: add commit push pull revert checkout clone rebase reset merge log bisect switch restore stash;
  terraform: apply plan destroy init import state; kustomize: build edit; argocd: app login cluster repo;
  flux: reconcile suspend resume get; aws: ecr s3 eks ec2 iam sts ssm rds logs configure; az: aks acr login vm account;
  gcloud: container compute auth config projects; eksctl: create delete get upgrade scale drain; velero: backup restore get;
  systemctl: start stop restart status enable disable reload daemon-reload mask; istioctl: analyze proxy-config proxy-status;
  kubeadm minikube: init join reset upgrade token start stop delete certs; npm yarn: run install ci start test;
  pip pip3 apt apt-get yum dnf apk brew: install update upgrade remove; redis-cli: flushall flushdb ping info monitor get set;
  etcdctl: get put del snapshot endpoint member defrag; doctl: kubernetes compute`
    .split(/;\s+/)
    .flatMap((line) => {
      const [programs = '', verbs = ''] = line.split(/:\s/);
      return words(programs).map((program) => [program, new Set(words(verbs))] as const);
    }),
);
/** Programs whose argument is a machine or a file, whatever its name. */
const TAKES_A_NAME = new Set(
  words('ssh scp ping nslookup dig telnet nc traceroute curl wget python python3 java bash sh vi vim nano'),
);
const ALWAYS = new Set(words('sudo xargs'));
const TAKES_A_NUMBER = new Set(words('kill echo sleep'));
/** What no word of a sentence looks like, and what one of English or a kind has not behind it either. */
const ARGUMENT = /^(?:--?[A-Za-z]|[~.]{0,2}\/|\S+\/\S|[A-Za-z_]+=\S|\S+@\S|["'{$>|])|\.(?:ya?ml|json|sh|py|sql|jar)$/;
const SURE_ARGUMENT = /^(?:-{1,2}[A-Za-z][\w-]*(?:=\S*)?$|[~.]{0,2}\/\S|\$[\w({])/;
const A_NAME = /[-.\d]/;

/** Whether code begins with a program's name, so that it is a command rather than a message or a field with its value. */
export function isProgramName(word: string): boolean {
  return (
    PROGRAMS.has(word.replace(/^.*\//, '')) ||
    KEYWORDS.has(word) ||
    /^\.{0,2}\/\S|\.(?:sh|py)$|^[A-Z_]+=\S*$|^\$/.test(word)
  );
}

/** Whether code reads like a command of whatever program: `kubeconfig create job`, `create --all`. */
export function hasVerb(code: string): boolean {
  const [first = '', second = ''] = code.split(/\s+/, 2);
  return (
    /^[a-z][\w-]*$/.test(first) && (/^--?[a-z]/i.test(second) || (SUBCOMMANDS.get('kubectl')?.has(second) ?? false))
  );
}

/** Whether a word behind a program's name in prose is its argument. */
export function isArgument(program: string, word: string): boolean {
  if (!PROGRAMS.has(program)) return false;
  if (ALWAYS.has(program) || SUBCOMMANDS.get(program)?.has(word)) return true;
  if (TAKES_A_NUMBER.has(program) && /^\d+$/.test(word)) return true;
  if (isEnglish(program) || isKind(program))
    return SURE_ARGUMENT.test(word) || (program === 'export' && /^[A-Z_]+=/.test(word));
  return ARGUMENT.test(word) || (TAKES_A_NAME.has(program) && A_NAME.test(word));
}
