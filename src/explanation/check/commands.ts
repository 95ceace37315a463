import { isArgument, isProgramName } from './programs.ts';
import { normal } from './words.ts';

/** Commands that are known, and others that do the same. */
export interface Commands {
  /** Whether a line does nothing but what a known one does. */
  has(line: string): boolean;
  /** Whether it is the beginning of a known one, which does nothing yet: `kubectl rollout undo`. */
  begins(line: string): boolean;
}

/** `knows`: whether a value may stand for a blank of a known command, such as `TAG`. */
export function createCommands(lines: Iterable<string>, knows: (value: string) => boolean): Commands {
  const known = new Map([...lines].map((line) => [normalized(line), formOf(line)]));

  function has(line: string): boolean {
    if (known.has(normalized(line))) return true;
    const said = formOf(line);
    return [...known.values()].some((form) => isSame(said, form));
  }

  function isSame(said: Form, form: Form): boolean {
    if (said.words.length !== form.words.length || said.flags.length !== form.flags.length) return false;
    const wanted = [...form.words, ...form.flags];
    return [...said.words, ...said.flags].every((word, at) => fills(word, wanted[at] ?? '', knows));
  }

  return {
    has: (line) => has(line) || line.split(/\s+(?:\||&&|;)\s+/).every(has),
    begins(line) {
      const { words, flags } = formOf(line);
      return [...known.values()].some(
        (form) =>
          words.length < form.words.length &&
          words.every((word, at) => word === form.words[at]) &&
          flags.every((flag) => form.flags.includes(flag)),
      );
    },
  };
}

/** Whether a word is another one, with its blanks filled with what is known, or left blank: `app=<tag>`. */
function fills(said: string, wanted: string, knows: (value: string) => boolean): boolean {
  if (said.toLowerCase() === wanted.toLowerCase() || /^<[^>]+>$/.test(said)) return true;
  if (!BLANK.test(wanted)) return /=<[^>]+>$/.test(said) && said.split('=')[0] === wanted.split('=')[0];
  const pattern = wanted.split(BLANK).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const [, ...values] = new RegExp(`^${pattern.join('(\\S+)')}$`).exec(said) ?? [];
  return (
    values.length > 0 &&
    values.every(
      (value) =>
        /^<[^>]+>$/.test(value) || BLANK.exec(value)?.[0] === value || knows(value.replace(/[:@/]<[^>]+>$/, '')),
    )
  );
}

/** What a runbook leaves to people: `NEW`, `REGISTRY/IMAGE:TAG`. */
const BLANK = /(?<![\w-])[A-Z]{3,}(?:[/:=][A-Z]{3,})*(?![\w-])/;

/** Whether code is a command rather than a message or a field with its value. */
export function isCommand(code: string): boolean {
  const [first = ''] = withoutPrompt(code).split(/\s+/, 1);
  return isProgramName(first);
}

/** What ends a command in the midst of a sentence. */
const NO_ARGUMENT = new Set(
  `to and or for in on of with without from by as is was are were be can could will would should may might must that which
  who it this these those the a an so if then when where while because before after until but not again first also command
  commands cli tool instead using via there here`.split(/\s+/),
);
const LETTERS_OF_SENTENCES = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}「」、。，：；（）`;
const PROGRAM = new RegExp(
  String.raw`(?<![\w./-])[A-Za-z][a-z\d\p{Cf}-]*(?=[^\S\n]+[^\s${LETTERS_OF_SENTENCES}])`,
  'gu',
);
const NEXT = new RegExp(String.raw`[^\S\n]+[^\s${LETTERS_OF_SENTENCES}]+`, 'guy');

/** Where commands stand in prose, as offsets: a program's name, and what can be its arguments behind it. */
export function commandsIn(prose: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { index: start, 0: raw } of prose.matchAll(PROGRAM)) {
    // Others with a capital are products: `Docker containers`.
    const program = normal(raw).replace(/^[A-Z](?=[a-z]+ctl$|udo$)/, (letter) => letter.toLowerCase());
    if (start < (found.at(-1)?.end ?? 0)) continue;
    const [first = ''] = wordsFrom(prose, start + raw.length);
    const called = program === 'service' ? SERVICE.test(prose.slice(start, start + 90)) : false;
    if (!called && !isArgument(program, first.trim().replace(CLOSE, ''))) continue;
    let end = start + raw.length;
    for (const word of wordsFrom(prose, end)) {
      const argument = word.trim();
      if (NO_ARGUMENT.has(argument.toLowerCase())) break;
      const closed = CLOSE.test(argument) && !/^-/.test(argument);
      end += word.length - (closed ? (CLOSE.exec(argument)?.[0].length ?? 0) : 0);
      if (closed) break;
    }
    found.push({ start, end });
  }
  return found;
}

const SERVICE = /^service\s+(?!to\b|and\b|or\b)\S+\s+(?:re)?(?:start|stop)\b/;
const CLOSE = /[.,;:!?)”"’'»<]+$/;

function* wordsFrom(prose: string, start: number): Generator<string> {
  NEXT.lastIndex = start;
  for (;;) {
    const at = NEXT.lastIndex;
    const word = NEXT.exec(prose)?.[0];
    if (word === undefined) return;
    const next = at + word.length;
    yield word;
    NEXT.lastIndex = next;
  }
}

/** kubectl's other words for kinds, so that `get po` and `get pods` are one command. */
const KINDS = new Map(
  `pod po; deployment deploy; replicaset rs; statefulset sts; daemonset ds; job; cronjob cj; service svc; ingress ing ingresses;
  persistentvolumeclaim pvc; persistentvolume pv; node no; configmap cm; secret; namespace ns; event ev; endpointslice;
  serviceaccount sa; horizontalpodautoscaler hpa; poddisruptionbudget pdb; networkpolicy netpol networkpolicies; lease;
  storageclass sc storageclasses; resourcequota quota; mutatingwebhookconfiguration; validatingwebhookconfiguration`
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
  '--show-labels',
  '--show-managed-fields',
]);

interface Form {
  words: string[];
  flags: string[];
}

/**
 * A command in one form, however it was written: prompts and quotes gone, flags long and sorted, kinds singular,
 * `pod/a` as `pod a`. Two commands of one form do the same.
 */
export function normalized(command: string): string {
  const { words, flags } = formOf(command);
  return [...words, ...flags].join(' ');
}

function formOf(command: string): Form {
  const given = withoutPrompt(command)
    .replace(/["']/g, '')
    .replace(/(?<=[\w>])[.,;:]$/, '')
    .trim()
    .split(/\s+/);
  const flags: string[] = [];
  const words: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') {
      const [, kind = '', name = ''] = /^([A-Za-z.]+)\/([\w.-]+)$/.exec(word) ?? [];
      if (words.length === 0) words.push(word === 'k' ? 'kubectl' : word);
      else words.push(...(kind ? [kindOf(kind), name] : [kindOf(word)]));
      continue;
    }
    const [name = '', value] = word.split(/=(.*)/s, 2);
    const flag = FLAGS[name] ?? name;
    const next = given[at + 1];
    if (value !== undefined) flags.push(`${flag}=${value}`);
    else if (!SWITCHES.has(flag) && next !== undefined && !next.startsWith('-')) {
      flags.push(`${flag}=${next}`);
      at++;
    } else flags.push(flag);
  }
  return { words, flags: flags.sort() };
}

function withoutPrompt(command: string): string {
  return command.trim().replace(/^[$#>%]\s+/, '');
}

function kindOf(word: string): string {
  const lower = word.toLowerCase();
  return KINDS.get(lower) ?? KINDS.get(lower.replace(/\.(?:apps|batch|core|networking\.k8s\.io|v1)$/, '')) ?? word;
}
