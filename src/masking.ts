/** Stands where a credential stood. */
export const MASK = '***';

/** Beyond this, nobody reads a text, and patterns take long. */
const TEXT_MAX = 100_000;

/**
 * Masks what looks like a credential in a text: passwords in addresses, tokens of known makes, private keys, and values
 * that are called a password or the like. Names of objects stay, and so do references such as `$(DB_PASSWORD)`.
 */
export function maskCredentials(text: string): string {
  // Most texts hold none of these signs; one cheap look spares them the rest.
  if (text.length < 6 || !SIGNS.test(text)) return text;
  if (text.length > TEXT_MAX) return `${MASK} (${text.length} characters)`;
  let masked = text;
  for (const [pattern, replacement] of SHAPES) masked = masked.replace(pattern, replacement);
  return masked.replace(ASSIGNED, (whole, before: string, value: string) =>
    isHarmless(before, value) ? whole : `${before}${MASK}`,
  );
}

/** Masks a value by the name that it goes under, such as an environment variable's. */
export function maskNamed(name: string, value: string): string {
  if (!value || !isCredentialName(name) || isReference(value)) return maskCredentials(value);
  return MASK;
}

/** Masks a command line: `--password secret` in two words as well as in one. */
export function maskArguments(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const flag = /^--?([\w-]+)$/.exec(words[at - 1] ?? '')?.[1];
    return flag && !word.startsWith('-') ? maskNamed(flag, word) : maskCredentials(word);
  });
}

/** Whether a name, such as `DB_PASSWORD` or `api-key`, is that of a credential; `TOKEN_FILE` and `TOKEN_TTL` are not. */
function isCredentialName(name: string): boolean {
  return CREDENTIAL_NAME.test(name);
}

const WORDS =
  'passwords?|passwd|passphrase|pwd|secrets?|tokens?|credentials?|api[_.-]?keys?|access[_.-]?keys?|private[_.-]?keys?|' +
  'secret[_.-]?keys?|account[_.-]?keys?|encryption[_.-]?keys?|signing[_.-]?keys?|auth[_.-]?keys?|shared[_.-]?access[_.-]?signature';

const CREDENTIAL_NAME = new RegExp(`(^|[_.-]|[a-z](?=[A-Z]))(${WORDS})$`, 'i');

/** `password=…`, `"token": "…"`, `api-key: …`; the name may have more before it, but nothing behind. */
const ASSIGNED = new RegExp(
  `((?:[\\w.-]{0,64}(?:${WORDS}))["']?\\s?[=:]\\s?["']?)((?:\\$\\([^)]*\\)|\\$\\{[^}]*\\}|[^\\s"'\`,;&<>(){}\\[\\]\\\\])+)`,
  'gi',
);

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----(?! \*)[\s\S]*?(?:-----END \1-----|$)/g, `-----BEGIN $1----- ${MASK}`],
  // A password in an address may itself hold a colon or an @.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"']{0,128}):(?!\$[({])[^\s/"'<>]{1,512}@/gi, `$1:${MASK}@`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[\w-]{16,512}@/gi, `$1${MASK}@`],
  [/\b(authorization["']?\s?[:=]\s?["']?(?:basic|bearer|token)\s+)[\w.~+/=-]{6,}/gi, `$1${MASK}`],
  [/\b(authorization["']?\s?[:=]\s?["']?)(?!basic|bearer|token)[\w.~+/=-]{6,}/gi, `$1${MASK}`],
  [/\b(bearer|basic)\s+(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*/gi, `$1 ${MASK}`],
  [/\beyJ[\w-]{8,1024}\.eyJ[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,})/g, MASK],
  [/\b(?:xox[a-z]-\d[\w-]{9,}|xapp-\d[\w-]{9,}|hvs\.[\w-]{20,}|hf_[A-Za-z0-9]{20,}|dop_v1_[a-f0-9]{32,})/g, MASK],
  // Objects may be called sk-…, but never with a capital.
  [/\b(?:[sr]k_(?:live|test)_\w{10,}|sk-(?=[\w-]{0,64}[A-Z])[\w-]{20,})/g, MASK],
  [/\bAIza[\w-]{30,}/g, MASK],
  [/\bSG\.[\w-]{16,}\.[\w-]{16,}/g, MASK],
  [/(["']auth["']\s?:\s?["'])[A-Za-z0-9+/=]{8,}(?=["'])/g, `$1${MASK}`],
];

const SIGNS = new RegExp(
  `${WORDS}|:\\/\\/|PRIVATE KEY|bearer|basic|authorization|["']auth["']|eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|npm_|` +
    `xox|xapp-|hvs\\.|hf_|dop_v1_|[sr]k[-_]|AIza|SG\\.`,
  'i',
);

/** Words that a message says about a credential rather than the credential itself. */
function isHarmless(before: string, value: string): boolean {
  if (isReference(value) || value.startsWith(MASK)) return true;
  if (/^(true|false|null|none|nil|yes|no|undefined|optional|required)\.?$/i.test(value)) return true;
  // `secret: my-db`, `secrets:my-db` name an object.
  if (/^secrets?["']?\s?:/i.test(before) && /^[a-z0-9./-]+$/.test(value)) return true;
  // `failed to get secret: secrets "a" not found`, `invalid token: expired`: prose has a space behind its colon and
  // goes on in plain words. A credential is given without the space, in quotes, or has digits or signs in it.
  return /:\s$/.test(before) && /^[a-z]+(-[a-z]+)*[.:]?$/i.test(value);
}

function isReference(value: string): boolean {
  return /^(\$\(.*\)|\$\{.*\}|\$\w+|<.*>)$/.test(value);
}
