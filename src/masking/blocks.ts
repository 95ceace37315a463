import { isCredential, isCredentialName } from './labels.ts';
import { closing, readValue } from './read.ts';
import { MASK, maskSpans, type Span } from './values.ts';

/** Masks what goes over several lines: private keys, what Secrets hold, variables with name and value apart, YAML blocks. */
export function maskBlocks(text: string): string {
  let masked = text;
  if (masked.includes('PRIVATE KEY')) masked = maskKeys(masked);
  if (OF_SECRET.test(masked)) {
    masked = maskSpans(masked, jsonOfSecrets(masked));
    masked = maskYamlOfSecrets(masked.split('\n')).join('\n');
  }
  if (/value/i.test(masked)) masked = maskSpans(masked, variables(masked));
  return /:[ \t]*[|>]/.test(masked) ? maskSpans(masked, yamlBlocks(masked)) : masked;
}

const KEY_BEGINS = /-----BEGIN ((?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----(?! \*)/g;
const KEY_ENDS = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

/** A key goes from its beginning to its end, or where a text was cut, from or to there. */
function maskKeys(text: string): string {
  let masked = '';
  let from = 0;
  KEY_BEGINS.lastIndex = 0;
  for (let begin = KEY_BEGINS.exec(text); begin; begin = KEY_BEGINS.exec(text)) {
    masked += `${withoutTail(text.slice(from, begin.index))}-----BEGIN ${begin[1]}----- ${MASK}`;
    KEY_ENDS.lastIndex = KEY_BEGINS.lastIndex;
    from = KEY_ENDS.test(text) ? KEY_ENDS.lastIndex : text.length;
    KEY_BEGINS.lastIndex = from;
  }
  return masked + withoutTail(text.slice(from));
}

/** Masks what stands before an end that has no beginning: lines of base64, perhaps each behind a time. */
function withoutTail(text: string): string {
  KEY_ENDS.lastIndex = 0;
  const end = KEY_ENDS.exec(text);
  if (!end) return text;
  const lines = text.slice(0, end.index).split('\n');
  const last = lines.length - 1;
  let first = last;
  while (first > 0 && /(?:^|\s)[A-Za-z0-9+/=]{16,}\s*$/.test(lines[first - 1] ?? '')) first--;
  if (first === last) return text;
  return `${[...lines.slice(0, first), MASK, lines[last]].join('\n')}${text.slice(end.index)}`;
}

const OF_SECRET = /kind\\{0,7}["']?\s{0,3}:\s{0,3}\\{0,7}["']?Secret\b|stringData/;
const JSON_DATA = /(\\{0,7})"(data|stringData)\1"\s{0,8}:\s{0,8}\{/g;

/** The values of a Secret in JSON, whole or within a string, as `kubectl apply` repeats it in an annotation. */
function* jsonOfSecrets(text: string): Generator<Span> {
  JSON_DATA.lastIndex = 0;
  for (let match = JSON_DATA.exec(text); match; match = JSON_DATA.exec(text)) {
    const [, slashes = '', name] = match;
    const spans = [...jsonValues(text, JSON_DATA.lastIndex, slashes.length)];
    const end = spans.at(-1)?.end ?? JSON_DATA.lastIndex;
    // Where keys are sorted, the kind comes next; where they are not, it came before.
    const kind =
      /^\\{0,7}"\s*\}\s*,\s*(?:\\{0,7}"immutable\\{0,7}"\s*:\s*\w+\s*,\s*)?\\{0,7}"kind\\{0,7}"\s*:\s*\\{0,7}"(\w+)/.exec(
        text.slice(end, end + 200),
      )?.[1];
    if (name === 'stringData' || (kind ?? 'Secret') === 'Secret') yield* spans;
    JSON_DATA.lastIndex = end;
  }
}

/** The strings of a flat map. */
function* jsonValues(text: string, start: number, depth: number): Generator<Span> {
  const gap = /[\s,:]{0,200}\\{0,7}"/y;
  for (let at = start; ; ) {
    gap.lastIndex = at;
    if (!gap.test(text)) return;
    const key = closing(text, gap.lastIndex, '"', depth);
    gap.lastIndex = key + depth + 1;
    if (!gap.test(text)) return;
    const value = { start: gap.lastIndex, end: closing(text, gap.lastIndex, '"', depth) };
    yield value;
    at = value.end + depth + 1;
  }
}

/** `data:` as a line of its own; what its lines have deeper is in it. */
const YAML_DATA = /^[ \t]*(?:- )?(?:data|stringData):[ \t\r]*$/;
const YAML_KIND = /^[ \t]*(?:- )?kind:[ \t]*["']?(\w+)/;
const YAML_ENTRY = /^([ \t]*["']?[\w./-]{1,253}["']?:[ \t]*)(\S.*)$/;

/** The values of Secrets in YAML. */
function maskYamlOfSecrets(lines: readonly string[]): string[] {
  const masked = [...lines];
  for (let at = 0; at < masked.length; at++) {
    const line = masked[at] ?? '';
    if (!YAML_DATA.test(line)) continue;
    const depth = depthOf(line);
    if (!line.includes('stringData') && kindAround(masked, at) !== 'Secret') continue;
    for (at++; at < masked.length && isWithin(masked[at] ?? '', depth); at++) masked[at] = maskEntry(masked[at] ?? '');
    at--;
  }
  return masked;
}

function maskEntry(line: string): string {
  const entry = YAML_ENTRY.exec(line);
  if (entry) return /^[|>][-+\d]{0,2}$/.test(entry[2] ?? '') ? line : `${entry[1]}${MASK}`;
  // A key whose value stands in the lines below, or one of these lines.
  return /^\s*(?:[\w.-]+:\s*)?$/.test(line) ? line : `${/^\s*/.exec(line)?.[0]}${MASK}`;
}

/** The kind of the object whose field stands in this line, from the lines behind it, or else before it. */
function kindAround(lines: readonly string[], start: number): string | undefined {
  const depth = depthOf(lines[start] ?? '');
  for (const step of [1, -1]) {
    for (let at = start; at >= 0 && at < lines.length; at += step) {
      const line = lines[at] ?? '';
      const isField = depthOf(line) === depth;
      const beginsItem = isField && /^[ \t]*- /.test(line);
      const isOther = isField && at !== start && (/\bdata:\s*$/.test(line) || (beginsItem && step > 0));
      if (isOther || (line.trim() && depthOf(line) < depth) || line.startsWith('---')) break;
      const kind = isField ? YAML_KIND.exec(line)?.[1] : undefined;
      if (kind) return kind;
      if (beginsItem && step < 0) break;
    }
  }
  return undefined;
}

function isWithin(line: string, depth: number): boolean {
  return !line.trim() || (depthOf(line) > depth && !line.startsWith('---'));
}

/** Where in a line of YAML its key begins. */
function depthOf(line: string): number {
  return /^[ \t]*(?:- )?/.exec(line)?.[0].length ?? 0;
}

/** A name and a value side by side: an environment variable, a Hadoop property. */
const VARIABLE = new RegExp(
  '(?<![\\w-])(\\\\{0,7}["\']?)(?:name|key)\\1\\s{0,3}[:=]\\s{0,3}\\\\{0,7}["\']?([\\w.-]{1,128})\\\\{0,7}["\']?' +
    '[ ,;]{0,3}(?:\\s{0,200}|\\\\n {0,100})\\1value\\1\\s{0,3}[:=][ \\t]{0,3}|<name>([\\w.-]{1,128})</name>\\s{0,100}<value>',
  'gi',
);

function* variables(text: string): Generator<Span> {
  VARIABLE.lastIndex = 0;
  for (let match = VARIABLE.exec(text); match; match = VARIABLE.exec(text)) {
    const value = readValue(text, VARIABLE.lastIndex);
    if (!value || !isCredential(match[2] ?? match[3] ?? '', text.slice(value.start, value.end))) continue;
    yield value;
    VARIABLE.lastIndex = value.end;
  }
}

/** `password: |`, whose lines follow. */
const YAML_BLOCK = /^([ \t]*)(?:- )?["']?([\w./-]{1,128})["']?:[ \t]*[|>][-+\d]{0,2}[ \t]*\r?\n/gm;

function* yamlBlocks(text: string): Generator<Span> {
  YAML_BLOCK.lastIndex = 0;
  for (let match = YAML_BLOCK.exec(text); match; match = YAML_BLOCK.exec(text)) {
    const [, indent = '', name = ''] = match;
    if (!isCredentialName(name)) continue;
    let end = YAML_BLOCK.lastIndex;
    while (end < text.length) {
      const stop = text.indexOf('\n', end);
      const line = text.slice(end, stop < 0 ? text.length : stop);
      if (!isWithin(line, indent.length)) break;
      end = stop < 0 ? text.length : stop + 1;
    }
    const block = text.slice(YAML_BLOCK.lastIndex, end);
    const start = YAML_BLOCK.lastIndex + (/^\s*/.exec(block)?.[0].length ?? 0);
    const stop = YAML_BLOCK.lastIndex + block.trimEnd().length;
    if (stop > start && text.slice(start, stop) !== MASK) yield { start, end: stop };
    YAML_BLOCK.lastIndex = Math.max(end, YAML_BLOCK.lastIndex);
  }
}
