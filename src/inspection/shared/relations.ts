import { type Cluster, keyOf, type Ref, refOf } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import { HTTPRoute } from '../../kinds/gateway.ts';
import { Ingress, Service } from '../../kinds/network.ts';
import { Pod } from '../../kinds/pod.ts';
import { HorizontalPodAutoscaler, PodDisruptionBudget } from '../../kinds/scaling.ts';
import type { Deployment } from '../../kinds/workloads.ts';
import { MAKERS, type Needed, neededBy, podSpecOf } from '../../pod-needs.ts';
import { RELATED } from './kinds.ts';

/** What hangs together with an object, in its namespace. */
export interface Relations {
  /** From the nearest owner up. */
  owners: Ref[];
  /** Without Pods. */
  owned: Ref[];
  pods: readonly Pod[];
  /** Services that select the Pods, or would. */
  services: readonly Service[];
  /** Ingresses and HTTPRoutes to the object or to those Services. */
  routes: Ref[];
  scalers: Ref[];
  budgets: Ref[];
  needed: Needed[];
  /** Workloads and Pods without an owner that need the object, and what for. */
  users: { ref: Ref; how: string }[];
}

/** Follows owners, selectors and references in a snapshot of the object's namespace. */
export function relationsOf(object: KubernetesObject, cluster: Cluster): Relations {
  const { namespace } = object.metadata;
  const spec = podSpecOf(object);
  const users = usersOf(object, cluster);
  const pods = podsFor(
    object,
    cluster,
    users.map(({ user }) => user),
  );
  const labels = [...pods.map(({ metadata }) => metadata.labels ?? {}), ...templateLabels(object)];
  const services = servicesFor(object, cluster, labels);
  const owners = ownersOf(object, cluster);
  const chain = new Set([object, ...owners, ...pods.map((pod) => cluster.topOwnerOf(pod))].map(keyOfAny));
  return {
    owners: owners.map((each) => ('metadata' in each ? refOf(each) : each)),
    owned: ownedBy(object, cluster),
    pods,
    services,
    routes: routesTo(object, services, cluster),
    scalers: cluster
      .list(HorizontalPodAutoscaler, namespace)
      .filter(({ spec: own }) =>
        chain.has(
          keyOf({
            kind: own?.scaleTargetRef?.kind ?? '',
            name: own?.scaleTargetRef?.name ?? '',
            ...(namespace && { namespace }),
          }),
        ),
      )
      .map(refOf),
    budgets: cluster
      .list(PodDisruptionBudget, namespace)
      .filter(({ spec: own }) => cluster.selected(Pod, namespace, own?.selector).some((pod) => pods.includes(pod)))
      .map(refOf),
    needed: spec ? neededBy(spec, namespace) : neededByOthers(object),
    users: users.map(({ user, how }) => ({ ref: refOf(user), how })),
  };
}

function keyOfAny(object: KubernetesObject | Ref): string {
  return keyOf('metadata' in object ? refOf(object) : object);
}

/** The owners that were read, and the name of one above them that was not. */
function ownersOf(object: KubernetesObject, cluster: Cluster): (KubernetesObject | Ref)[] {
  const owners: (KubernetesObject | Ref)[] = [];
  let top = object;
  for (let steps = 0; steps < 10; steps++) {
    const owner = cluster.ownerOf(top);
    if (!owner) break;
    owners.push(owner);
    top = owner;
  }
  const unread = cluster.topOwnerOf(top);
  return keyOf(unread) === keyOf(refOf(top)) ? owners : [...owners, unread];
}

function ownedBy(object: KubernetesObject, cluster: Cluster): Ref[] {
  const kinds = RELATED.filter(({ kind }) => kind !== Pod.kind);
  const direct = kinds.flatMap((kind) => cluster.ownedBy(object, kind));
  const further = direct.flatMap((each) => kinds.flatMap((kind) => cluster.ownedBy(each, kind)));
  return [...direct, ...further].map(refOf);
}

function podsFor(object: KubernetesObject, cluster: Cluster, users: readonly KubernetesObject[]): readonly Pod[] {
  const { namespace } = object.metadata;
  if (object.kind === Pod.kind) return [object as Pod];
  if (object.kind === Service.kind) {
    const { selector } = (object as Service).spec ?? {};
    return selector ? cluster.selected(Pod, namespace, { matchLabels: selector }) : [];
  }
  if (object.kind === PodDisruptionBudget.kind) {
    return cluster.selected(Pod, namespace, (object as PodDisruptionBudget).spec?.selector);
  }
  const target =
    object.kind === HorizontalPodAutoscaler.kind ? targetOf(object as HorizontalPodAutoscaler, cluster) : undefined;
  const makers = target ? [target] : users.length > 0 ? users : [object];
  return [...new Set(makers.flatMap((maker) => (maker.kind === Pod.kind ? [maker as Pod] : cluster.podsOf(maker))))];
}

function targetOf({ metadata, spec }: HorizontalPodAutoscaler, cluster: Cluster): KubernetesObject | undefined {
  const { kind, name = '' } = spec?.scaleTargetRef ?? {};
  const maker = MAKERS.find((each) => each.kind === kind);
  return maker && cluster.get<KubernetesObject>(maker, name, metadata.namespace);
}

/** Services whose selector fits one of these sets of labels; a Service itself is not among them. */
function servicesFor(object: KubernetesObject, cluster: Cluster, labels: readonly Record<string, string>[]): Service[] {
  return cluster.list(Service, object.metadata.namespace).filter((service) => {
    const selector = Object.entries(service.spec?.selector ?? {});
    return (
      service.metadata.name !== (object.kind === Service.kind ? object.metadata.name : '') &&
      selector.length > 0 &&
      labels.some((own) => selector.every(([key, value]) => own[key] === value))
    );
  });
}

function routesTo(object: KubernetesObject, services: readonly Service[], cluster: Cluster): Ref[] {
  const { namespace } = object.metadata;
  const names = new Set(services.map(({ metadata }) => metadata.name));
  if (object.kind === Service.kind) names.add(object.metadata.name);
  const secret = object.kind === 'Secret' ? object.metadata.name : undefined;
  const ingresses = cluster
    .list(Ingress, namespace)
    .filter(
      (ingress) =>
        backendsOf(ingress).some((name) => names.has(name)) ||
        (secret !== undefined && ingress.spec?.tls?.some(({ secretName }) => secretName === secret)),
    );
  const routes = cluster
    .list(HTTPRoute, namespace)
    .filter(({ spec }) =>
      spec?.rules?.some(({ backendRefs = [] }) => backendRefs.some(({ name = '' }) => names.has(name))),
    );
  return [...ingresses, ...routes].map((route) => refOf(route));
}

function backendsOf({ spec }: Ingress): string[] {
  const backends = [
    spec?.defaultBackend,
    ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
  ];
  return backends.flatMap((backend) => backend?.service?.name ?? []);
}

/** Who needs an object such as a ConfigMap: workloads, and Pods that have no owner. */
function usersOf(object: KubernetesObject, cluster: Cluster): { user: KubernetesObject; how: string }[] {
  const { namespace } = object.metadata;
  const key = keyOf(refOf(object));
  const makers = MAKERS.flatMap((kind) => cluster.list<KubernetesObject>(kind, namespace));
  const alone = [...makers, ...cluster.list(Pod, namespace)].filter((each) => !cluster.ownerOf(each));
  return alone.flatMap((user) => {
    const spec = podSpecOf(user);
    const uses = spec ? neededBy(spec, namespace).filter(({ ref }) => keyOf(ref) === key) : [];
    const [first] = uses;
    return first ? [{ user, how: uses.map(({ how }) => how).join(', ') }] : [];
  });
}

/** What objects other than Pods and workloads name. */
function neededByOthers(object: KubernetesObject): Needed[] {
  const { namespace } = object.metadata;
  if (object.kind !== Ingress.kind) return [];
  const within = namespace ? { namespace } : {};
  const ingress = object as Ingress;
  return [
    ...backendsOf(ingress).map((name) => ({
      ref: { kind: Service.kind, ...within, name },
      how: 'backend',
      optional: false,
    })),
    ...(ingress.spec?.tls ?? []).flatMap(({ secretName }) =>
      secretName ? [{ ref: { kind: 'Secret', ...within, name: secretName }, how: 'TLS', optional: false }] : [],
    ),
  ];
}

function templateLabels(object: KubernetesObject): Record<string, string>[] {
  const labels = (object as Deployment).spec?.template?.metadata?.labels;
  return labels && MAKERS.some(({ kind }) => kind === object.kind) ? [labels] : [];
}
