import { createHash } from 'node:crypto';
import { type Age, ago, type Manifest, microAgo } from '../manifest.ts';

const ZONES = ['a', 'b', 'c'];
const NODES_PER_ZONE = 4;

/** Its kubelet fell silent; scenarios put on it what shall be lost with it. */
export const SILENT_NODE = 'prod-b3';
export const SILENT_SINCE: Age = '24m';
/** Drained for maintenance: only DaemonSets run there. */
export const CORDONED_NODE = 'prod-c4';

export const NODES = ZONES.flatMap((zone) =>
  Array.from({ length: NODES_PER_ZONE }, (_, index) => `prod-${zone}${index + 1}`),
);
const USABLE = NODES.filter((node) => node !== SILENT_NODE && node !== CORDONED_NODE);

/** The node of a workload's nth Pod: spread over the usable ones, the same at every build. */
export function nodeFor(workload: string, index: number): string {
  const start = createHash('sha256').update(workload).digest().readUInt32BE(0);
  return USABLE[(start + index * 3) % USABLE.length] ?? NODES[0] ?? '';
}

export function nodeIp(node: string): string {
  return `10.20.${node.charCodeAt(5) - 96}.${10 + Number(node[6])}`;
}

/** An address in the range that a node hands out to its Pods. */
export function podIp(node: string, pod: string): string {
  const [third = 0, fourth = 0] = createHash('sha256').update(pod).digest();
  return `10.${64 + NODES.indexOf(node)}.${third}.${2 + (fourth % 250)}`;
}

/** A node and its heartbeat. */
export function node(name: string): Manifest[] {
  const silent = name === SILENT_NODE;
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', creationTimestamp: ago('64d') },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microAgo(silent ? '24m40s' : '6s') },
  };
  return [machine(name, silent), lease];
}

function machine(name: string, silent: boolean): Manifest {
  const taints = silent
    ? ['NoSchedule', 'NoExecute'].map((effect) => ({
        key: 'node.kubernetes.io/unreachable',
        effect,
        timeAdded: ago(SILENT_SINCE),
      }))
    : name === CORDONED_NODE
      ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: ago('3d2h') }]
      : [];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: labels(name), creationTimestamp: ago('64d') },
    spec: {
      podCIDR: `10.${64 + NODES.indexOf(name)}.0.0/16`,
      providerID: `example:///eu-1${name[5]}/${name}`,
      ...(name === CORDONED_NODE && { unschedulable: true }),
      ...(taints.length > 0 && { taints }),
    },
    status: {
      conditions: conditions(silent),
      addresses: [
        { type: 'InternalIP', address: nodeIp(name) },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '16', memory: '65850360Ki', pods: '110', 'ephemeral-storage': '206292968Ki' },
      allocatable: { cpu: '15890m', memory: '63117304Ki', pods: '110', 'ephemeral-storage': '190119599Ki' },
      nodeInfo: {
        kubeletVersion: 'v1.36.3',
        containerRuntimeVersion: 'containerd://2.2.1',
        osImage: 'Debian GNU/Linux 13 (trixie)',
        kernelVersion: '6.12.41-cloud-amd64',
        architecture: 'amd64',
        operatingSystem: 'linux',
        machineID: '',
        systemUUID: '',
        bootID: '',
        kubeProxyVersion: '',
      },
    },
  };
}

function labels(name: string): Record<string, string> {
  const pool = name.endsWith('4') ? 'memory-optimized' : 'general';
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'topology.kubernetes.io/region': 'eu-1',
    'topology.kubernetes.io/zone': `eu-1${name[5]}`,
    'node.kubernetes.io/instance-type': pool === 'general' ? 'g4.4xlarge' : 'm4.4xlarge',
    'node.example.com/pool': pool,
  };
}

function conditions(silent: boolean) {
  const healthy: [type: string, status: string, reason: string, message: string][] = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ];
  return healthy.map(([type, status, reason, message]) => ({
    type,
    status: silent ? 'Unknown' : status,
    reason: silent ? 'NodeStatusUnknown' : reason,
    message: silent ? 'Kubelet stopped posting node status.' : message,
    lastHeartbeatTime: ago(silent ? '24m48s' : '2m10s'),
    lastTransitionTime: ago(silent ? SILENT_SINCE : '64d'),
  }));
}
