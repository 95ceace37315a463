/** Stands where a credential stood. */
export const MASK = '***';

/** A part of a text. */
export interface Span {
  start: number;
  end: number;
}

/** Masks parts of a text, which come in order and do not overlap. */
export function maskSpans(text: string, spans: Iterable<Span>): string {
  let masked = '';
  let from = 0;
  for (const { start, end } of spans) {
    masked += text.slice(from, start) + MASK;
    from = end;
  }
  return from === 0 ? text : masked + text.slice(from);
}

/** What may stand for a credential that is given elsewhere: `$(X)`, `${x}`, `$X`, `{{ .x }}`, `%(x)s`, `<x>`. */
const REFERENCE =
  /^(?:\$\(.*\)|\$\{.*\}|\$\$?[A-Z_][A-Z0-9_]*|\$\w*(?:pass|PASS|pwd|tok|Tok|secret|Secret|key|Key|cred)\w*|\{\{.*|#?\{[^{}]*\}|%\(\w+\)s|%[svdq]|<.*>|!(?:Ref|Sub|GetAtt|vault)\b.*|(?:process\.env|os\.environ|os\.getenv|import\.meta\.env|System\.getenv)\b.*)$/;

/** Where a credential is kept, as secret managers have it, and addresses, whose passwords are masked as such. */
const PLACE =
  /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|arn:aws|(?:vault|ref\+\w+|op|ssm):[\w~.{$/]|projects\/[\w-]+\/secrets\/)/i;

/** `/var/run/secrets/token`, `./certs/tls.key`, `C:\keys\id`: whole words between the slashes, unlike base64. */
const PATH = /^(?:~|\.{1,2}|[A-Za-z]:)?(?:[/\\][a-z0-9._@-]*[a-z._@-][a-z0-9._@-]*)+[/\\]?$/;

const ALREADY = /^(?:\*{3}|[*•]{2,}$|x{4,}$|[[<(]?(?:redacted|masked|hidden|filtered|removed|sensitive)\b)/i;

/** Types, states and choices: no credential is one of these. */
const STATES = new Set(
  (
    'true false null none nil yes no on off undefined optional required empty unset string number boolean integer object array ' +
    'expired invalid missing incorrect wrong denied rejected revoked unauthorized unauthenticated forbidden mismatch ' +
    'disabled enabled unavailable malformed unknown new await async'
  ).split(' '),
);

/** Words with which prose goes on behind `token: `. */
const PROSE = new Set(
  (
    'a an the this that it its not no ok is are was were has have had must may might can cannot could should will would did ' +
    'does do too for from in into of at to by with within without and or but as if when because only still never already ' +
    'please see use using check set sets get got getting read reading load loading lookup success successful succeeded ' +
    'fail failed failing fails failure error errors found stale renewed refreshed rotated generated created deleted updated ' +
    'changed reset provided supplied given present absent valid authentication authorization unsupported unable unexpected ' +
    'unrecognized unacceptable illegal insufficient permission permissions access key keys name names secret secrets token ' +
    'tokens password passwords credential credentials flag flags option options argument parameter value values field file ' +
    'header length connection context client server user account request response signature issuer audience claim claims ' +
    'unmarshal json yaml crypto x509 rpc http tls eof timeout kubernetes configmap volume mount mounted'
  ).split(' '),
);

/** Stands in instructions for what a reader shall put there. */
const PLACEHOLDER = /^(?:[A-Z]{2,12}[_-]){0,3}(?:PASSWORD|PASSWD|PASS|TOKEN|SECRET|KEY|VALUE)$|…|^\.{3}$/;

/** Whether a value only refers to a credential, or was masked before. */
export function isReference(value: string): boolean {
  return (
    PLACEHOLDER.test(value) || REFERENCE.test(value) || ALREADY.test(value) || PLACE.test(value) || PATH.test(value)
  );
}

/** Whether a value is a type, a state or a choice, which no credential is. */
export function isState(value: string): boolean {
  return STATES.has(bare(value));
}

/** Whether a word is said of credentials in prose rather than one of them. */
export function isSaid(value: string): boolean {
  const word = bare(value);
  return STATES.has(word) || PROSE.has(word) || /n't$/.test(word);
}

function bare(value: string): string {
  return value.toLowerCase().replace(/[.,:;!)]{1,3}$/, '');
}

/** Whether a value looks made by chance: letters, digits and cases change in it more often than in a name or a word. */
export function looksRandom(value: string, min = 8): boolean {
  if (value.length < min || !/^[\w.~+/=%:@!#$^*-]+$/.test(value) || PATH.test(value)) return false;
  const digits = value.match(/\d/g)?.length ?? 0;
  const changes = value.match(/[a-z](?=[A-Z0-9])|\d(?=[A-Za-z])|[A-Z](?=\d)/g)?.length ?? 0;
  return digits === 0 ? changes > value.length / 5 : changes > 0 && (digits > 4 || changes > 3);
}

/** Whether a value is base64 of `user:password`. */
export function isUserAndPassword(value: string): boolean {
  return (
    value.length > 7 && /^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1'))
  );
}
