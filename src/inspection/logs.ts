import type { Ref } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { Pod } from '../kinds/pod.ts';
import { defineLooker, type Scene } from '../look.ts';
import { maskLog } from '../masking-objects.ts';
import { clip } from '../words.ts';
import { type Arguments, flagOf, needText, numberOf, spanOf, textOf } from './shared/arguments.ts';
import { allStatuses, isWell, podStatus, tellingContainer } from './shared/containers.ts';
import { addressOf, findNamed, resourceFor } from './shared/find.ts';
import { matcher } from './shared/matcher.ts';
import { byTrouble, madeBy, podsOf } from './shared/pods.ts';
import { refOfRaw } from './shared/raw.ts';
import { inNamespace, kubectl, lookOf } from './shared/result.ts';

/** Lines that are read to look for something in them. */
const SEARCHED = 5000;
const LINES_MAX = 2000;
const BYTES = 1024 * 1024;
/** A line that is longer is cut. */
const LINE_MAX = 2000;

export default defineLooker({
  name: 'logs',
  description:
    'Shows the last lines that a container wrote. pod is the name of a Pod, or a workload such as deploy/cart: then the Pod that fails is taken. The failing container is taken unless container names another. previous shows the run that ended before the present one: use it for containers that crash and restart. grep keeps lines that hold a text (several parted by |, .* for anything between), with context lines around each.',
  parameters: {
    type: 'object',
    properties: {
      pod: { type: 'string', description: 'A Pod, or a workload: cart-7d9c-x2x4z, deploy/cart, job/backup, svc/cart.' },
      namespace: { type: 'string', description: 'Its namespace; it is found by itself where the name is unique.' },
      container: { type: 'string', description: 'A container of it, init containers too.' },
      previous: { type: 'boolean', description: 'The run before the present one.' },
      since: { type: 'string', description: 'Only lines of this time: 10m, 2h.' },
      lines: { type: 'integer', description: `The last so many lines; 100 by default, ${LINES_MAX} at most.` },
      grep: { type: 'string', description: 'Only lines with this text, in any case: error|timeout.' },
      context: { type: 'integer', description: 'Lines around each that grep finds; 0 by default, 10 at most.' },
    },
    required: ['pod'],
  },

  async run(args, scene) {
    const lines = numberOf(args, 'lines', { min: 1, max: LINES_MAX, fallback: 100 });
    const since = spanOf(args, 'since');
    const previous = flagOf(args, 'previous');
    const grep = textOf(args, 'grep');
    const found = grep === undefined ? undefined : matcher(grep);
    const { pod, note } = await choosePod(args, scene);
    const { container, why, others } = chooseContainer(pod, textOf(args, 'container'));
    expectRun(pod, container, previous);
    const { name, namespace = '' } = pod.metadata;
    const ref: Ref = { kind: 'Pod', namespace, name };

    const text = await scene.source.inspector.logs(
      {
        namespace,
        pod: name,
        container,
        lines: found ? SEARCHED : lines,
        bytes: BYTES,
        ...(previous && { previous }),
        ...(since !== undefined && { sinceSeconds: Math.max(1, Math.ceil(since / 1000)) }),
      },
      scene.signal,
    );
    const all = linesOf(maskLog(text));
    const context = numberOf(args, 'context', { min: 0, max: 10, fallback: 0 });
    const chosen = found ? around(all, found, context) : all;
    const shown = chosen.slice(-lines);
    const run = previous ? ', previous run' : '';
    const notes = [
      note,
      why && `Container ${container} is shown, since ${why}; there ${others}.`,
      hint(pod, container, previous),
    ];
    const body =
      shown.length > 0 ? folded(shown).join('\n') : nothing(container, ref, { previous, args, searched: all.length });
    return lookOf({
      title: `Logs of Pod ${namespace}/${name}, container ${container}${run}${grep ? `, lines with ${grep}` : ''}`,
      command: kubectl(
        ...['logs', name, ...inNamespace(namespace), '-c', container],
        previous && '--previous',
        since !== undefined && `--since=${Math.max(1, Math.ceil(since / 1000))}s`,
        `--tail=${found ? SEARCHED : lines}`,
      ),
      text: [...notes.filter(Boolean), body].join('\n'),
      refs: [ref],
      keep: 'end',
      narrower: 'ask for fewer lines, a shorter time, or use grep',
      omitted:
        chosen.length > shown.length
          ? `The last ${shown.length} of ${chosen.length} lines are shown; ask for more lines.`
          : undefined,
    });
  },
});

/** The Pod that is named, or that of a workload which has most to tell. */
async function choosePod(args: Arguments, scene: Scene): Promise<{ pod: Pod; note?: string }> {
  needText(args, 'pod', 'cart-7d9c-x2x4z or deploy/cart');
  const { kind = 'Pod', name = '', namespace } = await addressOf(args, scene, { nameKey: 'pod', assumed: 'Pod' });
  const resource = await resourceFor(kind, scene);
  if (resource.kind === Pod.kind) return podNamed(name, namespace, scene);
  const found = await findNamed(resource, name, namespace, scene);
  const pods = await podsOf(found, scene);
  return chosenOf(pods, found.ref);
}

/** People and models name the workload where they mean its Pods: what has made Pods under that name is taken. */
async function podNamed(
  name: string,
  namespace: string | undefined,
  scene: Scene,
): Promise<{ pod: Pod; note?: string }> {
  const resource = await resourceFor('pod', scene);
  try {
    const { object } = await findNamed(resource, name, namespace, scene);
    const pod = Pod.trim(object);
    if (pod) return { pod };
    throw new UserError(`The Pod ${name} could not be understood.`);
  } catch (error) {
    if (!(error instanceof UserError) || error.name !== 'UserError') throw error;
    const options = { limit: 2000, ...(namespace && { namespace }) };
    const { objects } = await scene.source.inspector.list(resource, options, scene.signal);
    const patterns = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].map((kind) => madeBy({ kind, name }));
    const own = objects.filter((object) => patterns.some((pattern) => pattern?.test(refOfRaw(object).name)));
    const namespaces = new Set(own.map((object) => refOfRaw(object).namespace));
    if (own.length === 0 || namespaces.size > 1) throw error;
    const pods = byTrouble(own.flatMap((object) => Pod.trim(object) ?? []));
    return chosenOf(pods, { kind: 'workload', name, ...(namespace && { namespace }) });
  }
}

function chosenOf(pods: readonly Pod[], { kind, name }: Ref): { pod: Pod; note?: string } {
  const [pod] = pods;
  if (!pod)
    throw new UserError(`The ${kind} ${name} has no Pods, so there are no logs. Use describe or events to see why.`);
  if (pods.length === 1) return { pod };
  const ill = pods.filter((each) => !isWell(each)).length;
  const state = isWell(pod)
    ? 'all are well, so the newest is shown'
    : `${ill} of them not well; the one shown is ${podStatus(pod)}`;
  return { pod, note: `The ${kind} ${name} has ${pods.length} Pods, ${state}.` };
}

/** Where nobody names a container and there are several, `why` says which one was taken. */
function chooseContainer(pod: Pod, wanted: string | undefined) {
  const { spec, metadata } = pod;
  const names = [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])]
    .map(({ name = '' }) => name)
    .filter(Boolean);
  if (wanted && names.length > 0 && !names.includes(wanted)) {
    throw new UserError(
      `Pod ${metadata.namespace}/${metadata.name} has no container "${wanted}"; it has ${names.join(', ')}.`,
    );
  }
  const telling = tellingContainer(pod);
  const container = wanted ?? telling?.name ?? names[0];
  if (!container) throw new UserError(`Pod ${metadata.namespace}/${metadata.name} has no containers.`);
  const left = names.filter((name) => name !== container);
  const others = left.length === 1 ? `is also ${left[0]}` : `are also ${left.join(', ')}`;
  return { container, why: wanted || left.length === 0 ? '' : (telling?.why ?? 'it is the first'), others };
}

/** What the Pod's own status says is asked no further. */
function expectRun({ metadata, status }: Pod, container: string, previous: boolean): void {
  const own = allStatuses(status).find(({ name }) => name === container);
  const whose = `Container ${container} of Pod ${metadata.namespace}/${metadata.name}`;
  if (!own || own.lastState?.terminated) return;
  if (previous && own.restartCount === 0) {
    throw new UserError(`${whose} was never restarted, so it has no previous run.`);
  }
  const { waiting } = own.state ?? {};
  if (previous || !waiting) return;
  const why = [waiting.reason, waiting.message].filter(Boolean).join(': ');
  throw new UserError(`${whose} has not started${why ? ` (${clip(why, 300)})` : ''}, so it has written nothing.`);
}

/** Who looks at a container that has just been started again should know that the reason stands in the run before. */
function hint(pod: Pod, container: string, previous: boolean): string {
  const status = allStatuses(pod.status).find(({ name }) => name === container);
  if (previous || !status?.state?.running || !status.lastState?.terminated) return '';
  const times = status.restartCount ?? 0;
  return `It was started again ${times === 1 ? 'once' : `${times} times`}; previous shows how the run before ended.`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line).replace(/\r$/, ''));
}

/** The lines that fit, each with those around it; `--` stands where lines were left out. */
function around(lines: readonly string[], fits: (line: string) => boolean, context: number): string[] {
  const kept: string[] = [];
  let end = 0;
  lines.forEach((line, index) => {
    if (!fits(line)) return;
    const start = Math.max(end, index - context);
    if (context > 0 && start > end && kept.length > 0) kept.push('--');
    const stop = Math.min(lines.length, index + context + 1);
    kept.push(...lines.slice(start, stop));
    end = Math.max(end, stop);
  });
  return kept;
}

/** Lines that follow each other and are the same, once. */
function folded(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let repeats = 0;
  const flush = () => {
    if (repeats > 0) kept.push(`(the same line ${repeats === 1 ? 'once' : `${repeats} times`} more)`);
    repeats = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (index > 0 && line === lines[index - 1] && line !== '') repeats++;
    else {
      flush();
      kept.push(line);
    }
  }
  flush();
  return kept;
}

function nothing(
  container: string,
  { namespace, name }: Ref,
  { previous, args, searched }: { previous: boolean; args: Arguments; searched: number },
): string {
  const grep = textOf(args, 'grep');
  const since = textOf(args, 'since');
  const run = previous ? ' in its previous run' : '';
  const when = since ? ` within ${since}` : '';
  if (grep && searched > 0) return `None of the ${searched} lines that were read${when} holds ${grep}.`;
  return `No lines: container ${container} of Pod ${namespace}/${name} has written nothing${run}${when}.`;
}
