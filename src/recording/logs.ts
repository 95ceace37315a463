import type { Inspector, LogOptions } from '../cluster.ts';
import { UserError } from '../errors.ts';
import type { Pod } from '../kinds/pod.ts';
import { maskLog } from '../masking/objects.ts';
import type { LogEntry } from './format.ts';

/** What is recorded of a container: its last lines. */
const LINES = 200;
const ENTRY_MAX = 32_000;
/** Letters of all logs of a recording. */
const TOTAL_MAX = 4_000_000;
/** Of one answer; those lines may be long. */
const BYTES = 256 * 1024;
const PARALLEL = 4;

/** A run of a container that may have written something. */
type Run = Omit<LogEntry, 'text'>;

/** Reads the last lines of all containers of Pods, of the present run and the one before; what fails is counted. */
export async function readLogs(
  inspector: Inspector,
  pods: readonly Pod[],
  signal: AbortSignal,
): Promise<{ entries: LogEntry[]; failed: number }> {
  const runs = pods.flatMap(runsOf);
  const texts = new Map<Run, string>();
  const left = runs.values();
  let failed = 0;

  async function work(): Promise<void> {
    for (const run of left) {
      try {
        texts.set(run, await inspector.logs({ ...run, lines: LINES, bytes: BYTES }, signal));
      } catch {
        signal.throwIfAborted();
        failed++;
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work));

  const entries: LogEntry[] = [];
  let total = 0;
  for (const run of runs) {
    const text = end(maskLog(texts.get(run) ?? ''), ENTRY_MAX);
    if (text === '' || total + text.length > TOTAL_MAX) continue;
    total += text.length;
    entries.push({ ...run, text });
  }
  return { entries, failed };
}

/** Whoever waits for the first start has written nothing. */
function runsOf({ metadata, spec, status }: Pod): Run[] {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const known = new Set([...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name));
  return statuses.flatMap(({ name, state, lastState }) => {
    if (!name || !known.has(name)) return [];
    const run = { namespace: metadata.namespace ?? '', pod: metadata.name, container: name };
    const started = state?.running ?? state?.terminated ?? lastState?.terminated;
    return [
      ...(started ? [{ ...run, previous: false }] : []),
      ...(lastState?.terminated ? [{ ...run, previous: true }] : []),
    ];
  });
}

/** The last whole lines that fit. */
function end(text: string, max: number): string {
  if (text.length <= max) return text;
  const rest = text.slice(-max);
  return rest.slice(rest.indexOf('\n') + 1);
}

/** A log out of a recording, with the refusals that a live cluster has. */
export function recordedLog(logs: readonly LogEntry[], options: LogOptions, now: number, recording: string): string {
  const { namespace, pod, container, previous = false, sinceSeconds, lines, bytes } = options;
  const ofPod = logs.filter((entry) => entry.namespace === namespace && entry.pod === pod);
  const where = `Pod ${namespace}/${pod}`;
  if (ofPod.length === 0) {
    throw new UserError(
      `The recording ${recording} has no logs of ${where}; logs are recorded of Pods that have findings.`,
    );
  }
  const names = [...new Set(ofPod.map((entry) => entry.container))];
  const wanted = container ?? (names.length === 1 ? names[0] : undefined);
  if (!wanted)
    throw new UserError(
      `${where} has several containers, so one must be named; there are logs of ${names.join(', ')}.`,
    );
  const entry = ofPod.find((each) => each.container === wanted && each.previous === previous);
  if (!entry) {
    const run = previous ? 'of a previous run ' : '';
    throw new UserError(
      `The recording ${recording} has no logs ${run}of container ${wanted} of ${where}; it has those of ${names.join(', ')}.`,
    );
  }
  const all = entry.text.split(/(?<=\n)/);
  const recent = sinceSeconds ? since(all, now - sinceSeconds * 1000) : all;
  return recent.slice(-lines).join('').slice(0, bytes);
}

/** A recording has no times but those that programs wrote into their lines: what comes before the first recent one goes. */
function since(lines: readonly string[], from: number): readonly string[] {
  const times = lines.map((line) => Date.parse(TIME.exec(line)?.[0] ?? ''));
  if (times.every(Number.isNaN)) return lines;
  const first = times.findIndex((at) => at >= from);
  return first < 0 ? [] : lines.slice(first);
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/;
