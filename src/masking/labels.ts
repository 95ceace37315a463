import { readValue, TESTED_MAX, type Value } from './read.ts';
import { isReference, isSaid, isState, isUserAndPassword, looksRandom, maskSpans, type Span } from './values.ts';

/** Names whose value is a credential, whatever it looks like, and whatever stands before them in a longer name. */
const STRONG =
  'passw(?:or)?ds?|passwds?|passphrases?|pass[ _-]phrases?|passcodes?|(?:store|key|trust)pass|pwds?|secrets?|tokens?|' +
  'credentials?|secret[ _.-]?ids?|' +
  '(?:api|access|private|secret|account|encryption|decryption|signing|auth|authentication|shared|shared[ _.-]?access|master|' +
  'preshared|pre[_-]shared|hmac|fernet|cipher|unseal|recovery|consumer|instrumentation)' +
  '[ _.-]?keys?|client[_-]key[_-]data|(?:redis|basic|https?|proxy|smtp)[_-]?auth|shared[ _.-]?access[ _.-]?signature|requirepass|masterauth|' +
  'passwort|kennwort|mot[ _]de[ _]passe|contrase[ñn]as?|senha|wachtwoord|hasło|lösenord|parola|пароль|密码|密碼|パスワード|비밀번호|암호';

/** The same, but only as a word of their own: `DB_PASS`, `dbPass`, not `BYPASS`. */
const WORDS = 'pass|pw|psk|otp';

const WEAK_KEYS =
  'subscription|functions?|certificate|client|license|integration|routing|ingest(?:ion)?|deploy|jwt|app|application|' +
  'service|storage|write|webhook';

/** Names whose value is a credential if it looks like one. */
const WEAK =
  'auth|authorization|bearer|jwt|sas|sig|signature|hmac|sid|j?session[ _.-]?ids?|phpsessid|sessid|asp\\.net_sessionid|session|' +
  'cookie|csrf|xsrf|dockercfg|dockerconfigjson|key|' +
  `(?:${WEAK_KEYS})[ _.-]?keys?`;

/** What may follow a name and change nothing. */
const SUFFIX =
  '(?:[_.-]?(?:hash|digest|values?|val|old|new|prev|previous|current|prod|production|dev|staging|test|base64|b64|base|data|' +
  'plain|plaintext|text|encoded|encrypted|default|admin|root|primary|secondary)|[_.-]?\\d{1,2})?';

const NAME = new RegExp(`(?:(${STRONG})|(${WORDS})|(${WEAK}))${SUFFIX}$`, 'i');

/** The end of a name and what parts it from its value: a sign, perhaps with quotes; or a gap, as after a flag. */
const LABEL = new RegExp(
  `(?:(${STRONG})|(${WORDS})|(${WEAK}))${SUFFIX}(\\\\{0,7}["'\`]|\\])?` +
    `([ \\t]{0,40}(?:=>|->|→|:=|\\?=|={1,2}|:{1,2}(?!//)|：|>|%3[aAdD]|\\\\u003[aAdD])[ \\t]{0,40}|[ \\t]{1,8}(?=[^ \\t=:]))`,
  'gi',
);

/** Tokens that are counted, or that say where a list goes on. */
const NO_CREDENTIAL =
  /(?:next|page|pagination|continue|continuation|max|min|eos|bos|pad|unk|stop|num|total|cancell?ation|prompt|completion)[ _.-]?tokens?$/i;

/** Objects are often referred to so: `secret: shop-db`, `pullSecret: regcred`, and keys of theirs: `secretKey: password`. */
const OF_OBJECT = /(?:^|[a-z\d_./-])secrets?(?:[ _.-]?keys?)?$/i;
const NEVER_OF_OBJECT =
  /(?:client|shared|webhook|jwt|consumer|app|oauth\d?|hmac|signing|cookie|session|encryption|master)[ _.-]?secrets?$/i;
const OBJECT_NAME = /^[a-z][a-z0-9.-]*(?:\/[a-z][a-z0-9.-]*)?$/;

/** Whose password comes next is told before it: `user: shop password: x`. */
const AFTER_USER =
  /\b(?:user|user_?name|username|login|account|e?mail|uid|host|database|db)["']?\s{0,2}[:=]\s{0,2}[^\s]{1,80}\s{1,3}(?:and\s)?$/i;

/** What may stand before a name that begins a line of YAML, dotenv or properties. */
const LEADS = /(?:^|\\n)(?:[\s>|#-]|\\t){0,80}(?:(?:export|set|env|ARG)\s{1,4})?\\?["']?$/i;

/** Words that a password follows without more: `user shop and password x`. */
const BEFORE_PASSWORD = /\b(?:with|using|and|user(?:name)?\s{1,3}\S{1,64}?,?)\s{1,3}(?:the\s)?$/i;

const COPULA = /(?:is|was|are|set to|changed to|reset to|ist|lautet)[ \t]{1,4}(?:now[ \t]{1,4})?/iy;

type Kind = 'strong' | 'weak';

/** Whether what goes under a name, such as `DB_PASSWORD` or `api-key`, is a credential; under `TOKEN_FILE` and `TOKEN_TTL` it is not. */
export function isCredential(name: string, value: string): boolean {
  const match = NAME.exec(name);
  const kind = match && kindOf(name, match.index, match);
  if (!kind || NO_CREDENTIAL.test(name) || isReference(value) || isState(value) || isCount(name, value)) return false;
  if (kind === 'weak') return looksSecret(name, value);
  if (/^(?:OLD)?PWD$/i.test(name) && /^[/~]/.test(value)) return false;
  const isVariable = /^[A-Z0-9_]+$/.test(name);
  return isVariable || !namesObject(name, value, true);
}

/** Whether a name is that of a credential, whatever its value may be. */
export function isCredentialName(name: string): boolean {
  return isCredential(name, 'r4nD0m/Value');
}

/** Masks the values in a line that go under the name of a credential. */
export function maskLabelled(line: string): string {
  return maskSpans(line, labelledValues(line));
}

function* labelledValues(line: string): Generator<Span> {
  const run = { start: 0, end: 0 };
  LABEL.lastIndex = 0;
  for (let match = LABEL.exec(line); match; match = LABEL.exec(line)) {
    const kind = kindOf(line, match.index, match);
    const [, , , , quote = '', parting = ''] = match;
    const start = LABEL.lastIndex;
    const nameStart = nameStartOf(line, match.index);
    const name = line.slice(nameStart, start - quote.length - parting.length);
    const sign = parting.trim();
    // A part of an ARN, `arn:aws:secretsmanager:eu:1:secret:name`, or of a name of a program's: `Token::new`.
    const isPart = parting === '::' || (parting === ':' && line[nameStart - 1] === ':');
    if (!kind || isPart || NO_CREDENTIAL.test(name)) continue;

    const at = sign ? start : valueAfterGap(line, name, nameStart, start);
    if (at === undefined) continue;
    const quoted = /["']$/.test(quote) && line[nameStart - 1] === quote.at(-1);
    const label = { name, kind, nameStart, sign, quoted, spaced: parting !== sign };
    for (const value of valuesAt(line, at, label, run)) {
      yield value;
      LABEL.lastIndex = value.end;
    }
  }
}

/** A group of the match tells the kind; a short or weak word counts only where one begins. */
function kindOf(text: string, at: number, [, strong, word]: RegExpExecArray): Kind | undefined {
  if (strong && strong.length > 4) return 'strong';
  const before = text[at - 1] ?? '';
  const begins =
    !/[A-Za-z0-9]/.test(before) ||
    (/[a-z0-9]/.test(before) && /[A-Z]/.test(text[at] ?? '')) ||
    /(?:\\[nrt]|%[0-9a-f]{2}|\\u[0-9a-f]{4})$/i.test(text.slice(Math.max(0, at - 6), at));
  if (!begins) return undefined;
  return strong || word ? 'strong' : 'weak';
}

function nameStartOf(line: string, wordStart: number): number {
  let start = wordStart;
  while (start > 0 && wordStart - start < 64 && /[\w.-]/.test(line[start - 1] ?? '')) start--;
  return start;
}

/** Where a value begins that only a gap parts from its name, if one does: after a flag, `config set NAME`, or `password is`. */
function valueAfterGap(line: string, name: string, nameStart: number, start: number): number | undefined {
  const next = /^["'`]?[^\s"'`]{1,128}/.exec(line.slice(start, start + 128))?.[0] ?? '';
  const isFlag = /^--?[a-z]/i.test(name) && !next.startsWith('-');
  if (isFlag || /\sset\s$/.test(line.slice(Math.max(0, nameStart - 5), nameStart))) {
    return isSaid(next) ? undefined : start;
  }
  if (!/(?:passw\w*|pass[ _-]?phrase|token|secret|api.?key|kennwort)$/i.test(name)) return undefined;
  COPULA.lastIndex = start;
  const copula = COPULA.exec(line)?.[0] ?? '';
  const at = start + copula.length;
  const value = /^["'`]?[^\s"'`]{1,128}/.exec(line.slice(at, at + 128))?.[0] ?? '';
  // A token of a length that no word has needs nothing before it.
  if (/^\w{20,}$/.test(value) && /[A-Z]|^[a-f\d]{32,}$/.test(value) && looksRandom(value)) return at;
  const before = line.slice(Math.max(0, nameStart - 100), nameStart);
  // A line of netrc or of a table: `password x`.
  const isAlone = /^pass(?:word|wd)$|^[A-Z_]+$/i.test(name) && LEADS.test(before) && !/\S\s+\S/.test(line.slice(at));
  const isNamed = BEFORE_PASSWORD.test(before) && /^["'`]|^[\w!@#$%^&*+=.,-]+$/.test(value);
  if (!copula && !isAlone && !isNamed) return undefined;
  // Prose goes on in plain words, or with an amount.
  const isGiven = /^["'`]/.test(value) || (value.length > 3 && /[\d\W_]/.test(value.replace(/[.,;:!?)]+$/, '')));
  const isOther = /^["'`]?(?:\d+(?:\.\d+)?[a-z%]{0,4}|sha-?\d+|md5|utf-?8|base64|x509|oauth2)[.,;:)]*$/i.test(value);
  return isGiven && !isOther ? at : undefined;
}

interface Label {
  name: string;
  kind: Kind;
  nameStart: number;
  /** `''` for a gap. */
  sign: string;
  /** The name stands in quotes of its own, as in JSON. */
  quoted: boolean;
  /** Whether there is a gap beside the sign. */
  spaced: boolean;
}

/** The values of a label that must be masked: one, or all of a list. */
function* valuesAt(line: string, start: number, label: Label, run: Span): Generator<Value> {
  const inList = line[start] === '[';
  let at = inList ? start + 1 : start;
  for (;;) {
    const value = readValue(line, at, run);
    const kept = value && extent(line, value, inList ? { ...label, quoted: true } : label);
    if (!kept) return;
    yield kept;
    const next = /^\\{0,7}["'`]?\s?,\s?(?=[^\s\]])/.exec(line.slice(kept.end, kept.end + 20));
    if (!inList || !next) return;
    at = kept.end + next[0].length;
  }
}

/** How much of a value is masked; nothing where it is no credential. */
function extent(line: string, value: Value, label: Label): Value | undefined {
  const { name, kind, nameStart, sign, quoted, spaced } = label;
  const text = line.slice(value.start, Math.min(value.end, value.start + TESTED_MAX));
  const after = line.slice(value.end, value.end + 8);
  if (isReference(text) || isState(text) || isCount(name, text)) return undefined;
  // `password:  8 bytes`, as kubectl describes a Secret.
  if (/^\d+$/.test(text) && /^ bytes?\b/.test(after)) return undefined;
  if (sign === '>' && !(after.startsWith('</') && (quoted || line[nameStart - 1] === '<'))) return undefined;
  // Of secrets without a hyphen, those with a digit in JSON, and all such as `s3cr3t`, are more often one than a name.
  const strictly =
    sign === '' ||
    (sign === '=' && !value.quoted) ||
    (quoted && /\d/.test(text)) ||
    /^[a-z]+\d[a-z]+\d[a-z\d]*$/.test(text);
  if (namesObject(name, text, strictly)) return undefined;
  // `password = readPassword()`, "add ?password= to it", and in Markdown "the token: `TOKEN=…`".
  if (!value.quoted && /^[A-Za-z_]\w*(?:(?:\.\w+)+\(|[\w.]*\((?:\)|$))/.test(text)) return undefined;
  if (sign === '=' && /=\s$/.test(line.slice(Math.max(0, value.start - 2), value.start)) && isSaid(text))
    return undefined;
  if (line[value.start - 1] === '`' && /[\s=]/.test(text)) return undefined;
  if (kind === 'weak') return looksSecret(name, text) ? value : undefined;
  if (/^(?:OLD)?PWD$/i.test(name) && /^[/~]/.test(text)) return undefined;
  if (/^-*pass$/i.test(name) && /^(?:\d+|[a-z]+)$/.test(text)) return undefined;
  if (value.quoted || quoted || sign !== ':' || !spaced) return value;
  return inProse(line, value, nameStart);
}

/** After `name: `, prose may go on, or a value of several words, as in YAML. */
function inProse(line: string, value: Value, nameStart: number): Value | undefined {
  const text = line.slice(value.start, value.end);
  const before = line.slice(Math.max(0, nameStart - 100), nameStart);
  if (LEADS.test(before) && (nameStart <= 100 || before.includes('\\n'))) {
    const rest = /^(?:(?!\\n|\s#|["'`])[^\n]){0,256}/.exec(line.slice(value.end, value.end + 256))?.[0] ?? '';
    if (!/[A-Za-z0-9]/.test(rest)) return value;
    if (isSaid(text)) return undefined;
    return /[\w.-]\s?[=:]/.test(rest) ? value : { ...value, end: value.end + rest.trimEnd().length };
  }
  const isPlain = /^[a-z]+(?:-[a-z]+)*[.:]?$/i.test(text) || /^\d{1,4}$/.test(text) || isSaid(text);
  return isPlain && !AFTER_USER.test(before) ? undefined : value;
}

/** Whether a value looks like a credential, though its name need not be that of one. Many things have a key. */
function looksSecret(name: string, value: string): boolean {
  if (/auth$/i.test(name) && isUserAndPassword(value)) return true;
  if (!/(?:^|[^a-z])key$/i.test(name) || new RegExp(`(?:${WEAK_KEYS})[ _.-]?key$`, 'i').test(name))
    return looksRandom(value);
  return /^[\w-]{32,}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && looksRandom(value);
}

function namesObject(name: string, value: string, strictly: boolean): boolean {
  if (!OF_OBJECT.test(name) || NEVER_OF_OBJECT.test(name) || !OBJECT_NAME.test(value)) return false;
  if (strictly && !/[-/.]/.test(value)) return false;
  return /[-./]/.test(value) || !looksRandom(value, 16);
}

/** `tokens: 512`; a password may be a number. */
function isCount(name: string, value: string): boolean {
  return /(?:tokens|secrets|keys|credentials|sessions)$/i.test(name) && /^\d+(?:\.\d+)?[kKmM]?$/.test(value);
}
