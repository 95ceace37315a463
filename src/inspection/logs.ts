import type { Ref } from '../cluster.ts';
import { ClusterError, UserError } from '../errors.ts';
import type { Pod } from '../kinds/pod.ts';
import { defineLooker, type Look, type Scene } from '../look.ts';
import { maskLog } from '../masking/objects.ts';
import { type Arguments, flagOf, numberOf, spanOf, textOf } from './shared/arguments.ts';
import { candidatesIn, chooseContainer, expectRun, restartNote } from './shared/log-choice.ts';
import { around, folded, linesOf } from './shared/log-lines.ts';
import { matcher } from './shared/matcher.ts';
import { inNamespace, kubectl, lookOf } from './shared/result.ts';

/** Lines that are read to look for something in them. */
const SEARCHED = 5000;
const LINES_MAX = 2000;
const BYTES = 1024 * 1024;
/** Pods of a workload that are tried where the log of the first cannot be read, as on a node that is away. */
const TRIES = 3;

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
    const wanted = understand(args);
    const { pods, note } = await candidatesIn(args, scene);
    let failure: unknown;
    for (const pod of pods.slice(0, TRIES)) {
      try {
        return await showLog(pod, wanted, scene, note(pod));
      } catch (error) {
        if (!(error instanceof UserError) || error instanceof ClusterError) throw error;
        failure ??= error;
      }
    }
    throw failure ?? new UserError(`There is no Pod ${textOf(args, 'pod')}.`);
  },
});

/** What is asked of a log, whosever it is. */
interface Wanted {
  container: string | undefined;
  previous: boolean;
  since: { text: string; seconds: number } | undefined;
  lines: number;
  grep: { text: string; finds(line: string): boolean } | undefined;
  context: number;
}

function understand(args: Arguments): Wanted {
  const grep = textOf(args, 'grep');
  const since = spanOf(args, 'since');
  return {
    container: textOf(args, 'container'),
    previous: flagOf(args, 'previous'),
    since:
      since === undefined
        ? undefined
        : { text: textOf(args, 'since') ?? '', seconds: Math.max(1, Math.ceil(since / 1000)) },
    lines: numberOf(args, 'lines', { min: 1, max: LINES_MAX, fallback: 100 }),
    grep: grep === undefined ? undefined : { text: grep, finds: matcher(grep) },
    context: numberOf(args, 'context', { min: 0, max: 10, fallback: 0 }),
  };
}

async function showLog(pod: Pod, wanted: Wanted, { source, signal }: Scene, note: string): Promise<Look> {
  const { previous, since, lines, grep, context } = wanted;
  const { name, namespace = '' } = pod.metadata;
  const chosen = chooseContainer(pod, wanted.container);
  const { container } = chosen;
  expectRun(pod, container, previous);
  const tail = grep ? SEARCHED : lines;
  const text = await source.inspector.logs(
    {
      ...{ namespace, pod: name, container, lines: tail, bytes: BYTES },
      ...(previous && { previous }),
      ...(since && { sinceSeconds: since.seconds }),
    },
    signal,
  );

  const all = linesOf(maskLog(text));
  const found = grep ? around(all, grep.finds, context) : all;
  const shown = found.slice(-lines);
  const ref: Ref = { kind: 'Pod', namespace, name };
  const notes = [note, chosen.note, restartNote(pod, container, previous)].filter(Boolean);
  const body = shown.length > 0 ? folded(shown) : [nothing(ref, container, wanted, all.length)];
  return lookOf({
    title: `Logs of Pod ${namespace}/${name}, container ${container}${previous ? ', previous run' : ''}${grep ? `, lines with ${grep.text}` : ''}`,
    command: kubectl(
      ...['logs', name, ...inNamespace(namespace), '-c', container],
      previous && '--previous',
      since && `--since=${since.seconds}s`,
      `--tail=${tail}`,
    ),
    text: [...notes, ...body].join('\n'),
    refs: [ref],
    keep: 'end',
    narrower: 'ask for fewer lines, a shorter time, or use grep',
    omitted:
      found.length > shown.length
        ? `The last ${shown.length} of ${found.length} lines are shown; ask for more lines.`
        : undefined,
  });
}

function nothing({ namespace, name }: Ref, container: string, { grep, since, previous }: Wanted, read: number): string {
  const when = since ? ` within ${since.text}` : '';
  if (grep && read > 0) return `None of the ${read} lines that were read${when} holds ${grep.text}.`;
  const run = previous ? ' in its previous run' : '';
  return `No lines: container ${container} of Pod ${namespace}/${name} has written nothing${run}${when}.`;
}
