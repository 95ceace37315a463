import type { Cause } from '../../analyzer.ts';
import { type Cluster, refOf } from '../../cluster.ts';
import { DaemonSet, Deployment, StatefulSet } from '../../kinds/workloads.ts';
import { agentsOn } from './node-agents.ts';

type Workload = Deployment | StatefulSet | DaemonSet;

/** What makes volumes, as such workloads and the sidecars in them are called (https://kubernetes-csi.github.io/docs/sidecar-containers.html). */
const STORAGE = /csi|provisioner|attacher|registrar/;

/** Words that tell nothing of which driver it is: https://kubernetes-csi.github.io/docs/drivers.html */
const COMMON = new Set(
  'csi driver drivers storage provisioner cluster local com net org io dev cloud example k8s sigs kubernetes'.split(
    ' ',
  ),
);

/** The workloads that make and attach the volumes of a driver or provisioner, such as `ebs.csi.aws.com`. */
export function controllersOf(driver: string, cluster: Cluster): Cause[] {
  const workloads = [...cluster.list(Deployment), ...cluster.list(StatefulSet)];
  return ofDriver(driver, workloads).map((each) => ({ ref: refOf(each) }));
}

/** What mounts the volumes of a driver on a node, and is not ready there. */
function nodePluginsOf(driver: string, node: string | undefined, cluster: Cluster): Cause[] {
  return agentsOn(node, ofDriver(driver, cluster.list(DaemonSet)), cluster);
}

/** What a message about a volume blames: the driver's Pod on the node, or its attacher (wordings of `pkg/volume/csi`). */
export function driverCauses(message: string, node: string, cluster: Cluster): Cause[] {
  const [, unregistered] = /driver name (\S+) not found in the list of registered/.exec(message) ?? [];
  if (unregistered) return nodePluginsOf(unregistered, node, cluster);
  const [, attacher] = /external-attacher of (\S+) CSI driver/.exec(message) ?? [];
  return attacher ? controllersOf(attacher, cluster) : [];
}

/** The workloads that name the driver; where none does, those for storage that share most words with its name. */
function ofDriver<T extends Workload>(driver: string, workloads: readonly T[]): T[] {
  const naming = workloads.filter((each) => settingsOf(each).some((text) => text.includes(driver)));
  if (naming.length > 0) return naming;
  const words = driver.split(/[^a-z0-9]+/).filter((word) => word.length > 1 && !COMMON.has(word));
  const rated = workloads.flatMap((workload) => {
    const text = textOf(workload);
    const points = STORAGE.test(text) ? words.filter((word) => text.includes(word)).length : 0;
    return points > 0 ? [{ workload, points }] : [];
  });
  const most = Math.max(0, ...rated.map(({ points }) => points));
  return rated.filter(({ points }) => points === most).map(({ workload }) => workload);
}

function containersOf({ spec }: Workload) {
  return spec?.template?.spec?.containers ?? [];
}

/** Where a program is told which driver it is: its arguments and environment. */
function settingsOf(workload: Workload): string[] {
  return containersOf(workload).flatMap(({ args = [], command = [], env = [] }) => [
    ...args,
    ...command,
    ...env.flatMap(({ value }) => value ?? []),
  ]);
}

function textOf(workload: Workload): string {
  const { name, namespace = '' } = workload.metadata;
  const containers = containersOf(workload).flatMap((each) => [each.name ?? '', each.image ?? '']);
  return [namespace, name, ...containers].join(' ').toLowerCase();
}
