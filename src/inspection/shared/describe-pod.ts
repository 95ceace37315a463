import { Pod } from '../../kinds/pod.ts';
import { podSpec } from '../../kinds/pod-template.ts';
import { maskArguments } from '../../masking/index.ts';
import { type Container, type PodSpec, probeText, variableSource } from '../../pod-fields.ts';
import { clip } from '../../words.ts';
import { allStatuses, endText, fareOf, stateText } from './containers.ts';
import { at, mapAt, pairs, recordsAt, sayAt, textAt } from './raw.ts';
import { age } from './result.ts';

const VARIABLES_SHOWN = 40;
const VALUE_SHOWN = 120;
const MESSAGE_SHOWN = 600;

/** A Pod as far as it helps who debugs it: its containers, how they fare, and what they are made of. */
export function describePod(object: Record<string, unknown>, now: number): string[] {
  const pod = Pod.trim(object);
  if (!pod) return [];
  const { status } = pod;
  return [
    `Status: ${fareOf(pod)}, phase ${status?.phase ?? 'unknown'}`,
    ...(status?.reason || status?.message
      ? [`Reason: ${[status.reason, status.message].filter(Boolean).join(': ')}`]
      : []),
    `Node: ${pod.spec?.nodeName ?? `none yet${status?.nominatedNodeName ? `, nominated ${status.nominatedNodeName}` : ''}`}`,
    ...(textAt(object, 'status.podIP') ? [`IP: ${textAt(object, 'status.podIP')}`] : []),
    ...containerLines(object, 'spec', pod, now),
    ...placementLines(object, 'spec'),
  ];
}

/** What the template of a workload says of its Pods; `path` leads to the spec of the Pod. */
export function describeTemplate(object: Record<string, unknown>, path: string): string[] {
  return [...containerLines(object, path, undefined, 0), ...placementLines(object, path)];
}

function containerLines(object: unknown, path: string, pod: Pod | undefined, now: number): string[] {
  const spec = podSpec(at(object, path)) ?? {};
  const raw = [...recordsAt(object, `${path}.initContainers`), ...recordsAt(object, `${path}.containers`)];
  const statuses = allStatuses(pod?.status);
  const lines = (container: Container) => {
    const own = statuses.find(({ name }) => name === container.name);
    return [
      `  ${container.name ?? '?'}: ${container.image ?? 'no image'}`,
      ...(own
        ? [
            `    state: ${clip(stateText(own.state ?? {}, now), MESSAGE_SHOWN)}; ${own.ready ? 'ready' : 'not ready'}, restarts ${own.restartCount ?? 0}`,
          ]
        : []),
      ...(own?.lastState?.terminated
        ? [`    last ended: ${clip(endText(own.lastState.terminated, now), MESSAGE_SHOWN)}`]
        : []),
      ...detailLines(
        container,
        raw.find(({ name }) => name === container.name),
      ),
    ];
  };
  const init = spec.initContainers ?? [];
  return [
    ...(init.length > 0 ? ['Init containers, one after the other:', ...init.flatMap(lines)] : []),
    'Containers:',
    ...(spec.containers ?? []).flatMap(lines),
  ];
}

function detailLines(container: Container, raw: Record<string, unknown> | undefined): string[] {
  const { command, args, ports, resources } = container;
  const mounts = recordsAt(raw, 'volumeMounts').map((mount) => {
    const path = textAt(mount, 'mountPath');
    return `${path ? `${path} from ` : ''}${sayAt(mount, 'name')}${at(mount, 'readOnly') === true ? ' (read only)' : ''}`;
  });
  const facts: [string, string | undefined][] = [
    ['command', command && maskArguments(command).join(' ')],
    ['arguments', args && maskArguments(args).join(' ')],
    ['ports', ports?.map(({ name, containerPort }) => [name, containerPort].filter(Boolean).join(' ')).join(', ')],
    ['requests', pairs(resources?.requests ?? {}) || undefined],
    ['limits', pairs(resources?.limits ?? {}) || undefined],
    ['readiness probe', probeText(container.readinessProbe)],
    ['liveness probe', probeText(container.livenessProbe)],
    ['startup probe', probeText(container.startupProbe)],
    ['env', variables(container)],
    ['mounts', mounts.join(', ')],
  ];
  return facts.flatMap(([name, value]) => (value ? [`    ${name}: ${clip(value, 1500)}`] : []));
}

function variables({ env = [], envFrom = [] }: Container): string {
  const whole = envFrom.map(({ configMapRef, secretRef }) =>
    configMapRef ? `all of ConfigMap ${configMapRef.name ?? '?'}` : `all of Secret ${secretRef?.name ?? '?'}`,
  );
  const single = env.map((variable) => {
    const from = variable.valueFrom ? ' from ' : '=';
    return `${variable.name ?? '?'}${from}${clip(variableSource(variable), VALUE_SHOWN)}`;
  });
  const all = [...whole, ...single];
  const more = all.length - VARIABLES_SHOWN;
  return [...all.slice(0, VARIABLES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Volumes, and what decides on the node. */
function placementLines(object: unknown, path: string): string[] {
  const spec: PodSpec = podSpec(at(object, path)) ?? {};
  const volumes = recordsAt(object, `${path}.volumes`);
  const tolerations = (spec.tolerations ?? []).map(
    ({ key = '*', value, effect }) => `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`,
  );
  const facts: [string, string | undefined][] = [
    ['Node selector', pairs(spec.nodeSelector ?? {})],
    ['Node affinity', spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution && affinity(spec)],
    ['Tolerations', tolerations.join(', ')],
    ['Topology spread', (spec.topologySpreadConstraints ?? []).map(({ topologyKey }) => topologyKey).join(', ')],
    ['Service account', spec.serviceAccountName],
    ['Pull secrets', (spec.imagePullSecrets ?? []).map(({ name }) => name).join(', ')],
    ['Priority class', spec.priorityClassName],
    ['Scheduling gates', (spec.schedulingGates ?? []).map(({ name }) => name).join(', ')],
  ];
  return [
    ...(volumes.length > 0 ? ['Volumes:', ...volumes.map((volume) => `  ${volumeText(volume)}`)] : []),
    ...facts.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])),
  ];
}

function affinity({ affinity }: PodSpec): string {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms
    .map(({ matchExpressions = [], matchFields = [] }) =>
      [...matchExpressions, ...matchFields]
        .map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(',')}`.trim())
        .join(' and '),
    )
    .join(', or ');
}

/** `config: ConfigMap cart-config`. */
function volumeText(volume: Record<string, unknown>): string {
  const name = textAt(volume, 'name') ?? '';
  const optional = (path: string) => (at(volume, `${path}.optional`) === true ? ' (optional)' : '');
  if (volume.configMap) return `${name}: ConfigMap ${sayAt(volume, 'configMap.name')}${optional('configMap')}`;
  if (volume.secret) return `${name}: Secret ${sayAt(volume, 'secret.secretName')}${optional('secret')}`;
  if (volume.persistentVolumeClaim)
    return `${name}: PersistentVolumeClaim ${sayAt(volume, 'persistentVolumeClaim.claimName')}`;
  if (volume.emptyDir) return `${name}: an empty directory${sized(mapAt(volume, 'emptyDir'))}`;
  if (volume.hostPath) return `${name}: ${textAt(volume, 'hostPath.path') ?? 'a path'} of the node`;
  if (volume.csi) return `${name}: CSI ${sayAt(volume, 'csi.driver')}`;
  if (volume.projected) {
    const sources = recordsAt(volume, 'projected.sources').flatMap((source) => [
      ...(source.configMap ? [`ConfigMap ${sayAt(source, 'configMap.name')}`] : []),
      ...(source.secret ? [`Secret ${sayAt(source, 'secret.name')}`] : []),
      ...(source.serviceAccountToken ? ['a token of its account'] : []),
      ...(source.downwardAPI ? ["fields of the Pod's own"] : []),
    ]);
    return `${name}: ${sources.join(', ') || 'projected'}`;
  }
  const [kind = 'not recorded'] = Object.keys(volume).filter((key) => key !== 'name');
  return `${name}: ${kind}`;
}

function sized({ medium, sizeLimit }: Record<string, string>): string {
  const facts = [medium, sizeLimit && `at most ${sizeLimit}`].filter(Boolean).join(', ');
  return facts ? ` (${facts})` : '';
}

/** `Ready False for 12 min: ContainersNotReady: …`. */
export function conditionLines(object: unknown, now: number): string[] {
  const conditions = recordsAt(object, 'status.conditions');
  if (conditions.length === 0) return [];
  return [
    'Conditions:',
    ...conditions.map((condition) => {
      const since = textAt(condition, 'lastTransitionTime');
      const why = [textAt(condition, 'reason'), textAt(condition, 'message')].filter(Boolean).join(': ');
      return `  ${sayAt(condition, 'type')} ${sayAt(condition, 'status')}${since ? ` for ${age(since, now)}` : ''}${why ? `: ${clip(why, MESSAGE_SHOWN)}` : ''}`;
    }),
  ];
}
