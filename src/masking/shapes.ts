import { isReference, isSaid, isUserAndPassword, looksRandom, MASK } from './values.ts';

/** A run of letters of a JWT, whole, whatever it turns out to be, so that none of it is read twice. */
const JWT = /(?<![\w.-])eyJ[\w-]*(?:\.[\w-]*)*|(?<=\\[nrt])eyJ[\w-]*(?:\.[\w-]*)*/g;

/** Credentials that are known by something in their midst, or by what is around them; the first group stays. */
const AROUND: readonly (readonly [sign: string, pattern: RegExp])[] = [
  ['-us\\d|-[a-f0-9]{8}-', /(?<![A-Za-z0-9-])()[a-f0-9]{32}-(?:us\d{1,2}|[a-f0-9]{8}-[a-f0-9]{8})(?![\w-])/g],
  ['\\dQ~', /(?<![\w~.-])()[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/g],
  ['atlasv1', /(?<![A-Za-z0-9])()[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/g],
  ['\\d:AA', /(?<![A-Za-z0-9])(bot)?\d{8,10}:AA[\w-]{30,}/g],
  ['\\.[\\w-]{6}\\.', /(?<![\w.-])()[MNO](?=[A-Za-z0-9]{0,27}\d)[A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,}/g],
  // With these nodes join: kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens. Names of events look alike.
  [
    'token|kubeadm|bootstrap',
    /(?<![\w.-])()(?=[a-z]{0,5}\d)[a-z0-9]{6}\.(?!1[0-9a-f]{15})(?=[a-z]{0,15}\d)[a-z0-9]{16}(?![\w.-])/g,
  ],
  ['discord', /(discord(?:app)?\.com\/api\/webhooks\/)\d{6,}\/[\w-]{20,}/g],
  ['webhook\\.office', /(webhook\.office\.com\/)webhookb2?\/[\w@/-]{30,}/g],
  ['hooks\\.zapier', /(hooks\.zapier\.com\/hooks\/catch\/)[\w/]{8,}/g],
  ['hc-ping', /(hc-ping\.com\/)[a-f0-9-]{36}/g],
  ['@(?:tcp|unix)\\(', /(?<![\w/:.@-])([\w.-]{1,64}:)(?!\*{3}@)[^\s@"'`/]{1,128}(?=@(?:tcp|unix)\()/g],
  [
    '@[\\w.-]+:\\d',
    /(?<![\w/:.@-])([a-z_][\w.-]{0,63}:)(?!\*{3}@)[^\s@:/"'`]{1,128}(?=@(?!sha\d)[\w.-]{1,128}:\d{2,5}\b)/gi,
  ],
  ['jdbc:oracle', /(jdbc:oracle:\w{1,10}:[^\s/:@"']{1,64}\/)[^\s@"']{1,128}(?=@)/gi],
  ['code=|key=|auth=|hash=', /([?&;](?:code|key|auth|hash)=)(?=[A-Za-z%.~+/-]{0,64}\d)[\w%.~+/-]{16,}=*/g],
  ['from-literal', /(--from-literal[\s=]["']?[\w.-]{1,128}=)(?!<)(?:"[^"]{1,256}"|'[^']{1,256}'|[^\s"'`|;&]{1,256})/g],
  // Statements of databases, with the password in quotes.
  [
    'identified',
    /(?<=\b(?:user|to)\s[^;]{1,200})(identified\s{1,8}(?:with\s{1,8}[\w']{1,40}\s{1,8})?(?:by|as)\s{1,8}(?:password\s{1,8})?['"])(?!\*{3}['"])[^'"]{1,512}/gi,
  ],
  ['password\\s', /\b(password\s{1,8}(?:for\s\S{1,64}\s)?["'])(?!\*{3}["'])[^'"]{1,256}(?=["'])/gi],
  [
    'password\\s',
    /\b(password\s{1,4}(?:for|of)\s{1,4}(?:user\s)?["']?[\w.@-]{1,64}["']?\s{0,2}(?::|=|\bis\b)\s{0,2})(?=[^\s*]{0,64}[\d#$%&!@+/=])[^\s"'*][^\s"']*/gi,
  ],
  // netrc, redis.conf, what Redis shows of its clients, and Docker's configuration.
  ['password\\s', /\b(login\s{1,8}\S{1,128}\s{1,8}password\s{1,8})[^\s*]\S*/gi],
  ['auth (?:plain|login)', /\b(auth (?:plain|login)\s)[a-z\d+/=]{8,}(?:\s[a-z\d+/=]{4,})?/gi],
  ['requirepass|masterauth', /\b((?:requirepass|masterauth)\s{1,8}["']?)[^\s"'*][^\s"']*/gi],
  ['"auth"', /("auth"\s{1,4}(?:"[^"]{1,64}"\s{1,4})?")[^"]{1,256}(?=")/gi],
  ['auth\\\\*["\']', /(\\{0,7}["']auth\\{0,7}["']\s{0,2}:\s{0,2}\\{0,7}["'])[A-Za-z0-9+/=]{8,}(?=\\{0,7}["'])/g],
];

/** What may stand between a program and a flag of its command line. */
const ARGS = '(?=[\\s"\',:])[^|;&]{0,300}?\\s';
const VALUE = '("[^"]{1,256}"|\'[^\']{1,256}\'|[^\\s"\'`|;&]{1,256})';

/** Programs that take a credential under a short flag, or as a word in a certain place; the first group stays. */
const COMMANDS: readonly (readonly [sign: string, pattern: RegExp])[] = (
  [
    ['curl|wget', `${ARGS}(?:-u|--user|-U|--proxy-user)[\\s=]?["']?[^\\s:"'-][^\\s:"']{0,128}:`, '[^\\s"\']{1,256}'],
    ['(?:mysql|mariadb|xtrabackup|mycli)[\\w-]{0,12}', `${ARGS}-p(?!\\s)`],
    ['sshpass', `${ARGS}-p\\s?`],
    ['docker|podman|nerdctl|buildah|skopeo|helm|oras|crane|regctl', `(?=[^|;&]{0,80}\\slogin\\s)${ARGS}-p[\\s=]`],
    [
      'ctr|crictl|nerdctl|skopeo|podman|buildah',
      `${ARGS}--?(?:user|u|(?:src-|dest-)?creds)[\\s=]["']?[^\\s:"']{1,128}:`,
    ],
    ['az login', `${ARGS}-p[\\s=]`],
    ['(?:redis|valkey|keydb)-cli', `${ARGS}-a\\s`],
    ['mongo(?:sh|dump|restore|export|import|stat|top)?', `${ARGS}-p[\\s=]?(?!ort)`],
    ['ldap(?:search|add|modify|delete|whoami|passwd|compare)', `${ARGS}-w\\s?`],
    ['sqlcmd|bcp|isql|tsql', `${ARGS}-P\\s?`],
    ['smbclient', `${ARGS}-U\\s?[^\\s%]{1,64}%`],
    ['sqlplus', '\\s[^/]{0,40}?[\\w.]{1,64}/', '[^\\s@"\']{1,128}(?=@|\\s|$)'],
    ['htpasswd', '\\s{1,4}-\\w{0,8}b\\w{0,8}\\s{1,4}(?:\\S{1,128}\\s{1,4})?\\S{1,128}\\s{1,4}'],
    ['openssl', `${ARGS}-pass(?:in|out)?\\s["']?pass:`, '[^\\s"\']{1,256}'],
    ['rabbitmqctl', '\\s{1,4}(?:add_user|change_password|authenticate_user)\\s{1,4}\\S{1,128}\\s{1,4}'],
    ['vault', '\\s{1,4}(?:login|operator\\s{1,4}unseal|unseal)\\s{1,4}(?!-)'],
    [
      'mc',
      '\\s{1,4}(?:alias\\s{1,4}set|config\\s{1,4}host\\s{1,4}add)(?:\\s{1,4}\\S{1,256}){2}\\s{1,4}',
      '\\S+\\s+\\S+',
    ],
  ] as const
).map(([program, args, value = VALUE]) => [program, new RegExp(`\\b((?:${program})${args})${value}`, 'g')]);

/** What a header begins its credential with; of the first ones a single word follows, of the others a list. */
const SCHEMES =
  'basic|bearer|token|bot|apikey|api-key|key|ssws|geniekey|splunk|negotiate|ntlm|dpop|jwt|sharedkey|sharedkeylite';
const LIST_SCHEMES = 'digest|oauth|hawk|mac|aws4-hmac-sha256|signature|sharedaccesssignature|token(?=\\s+token=)';

const HEADER = new RegExp(
  `(authorization\\\\{0,3}["']?\\s{0,3}(?:=>|[:=])\\s{0,3}[\\[{]?\\\\{0,3}["']?)` +
    `(?:(${LIST_SCHEMES})(\\s+)[^\\n\\]]{3,}?(?=\\\\{0,3}'|\\]|\\\\n|\\n|$)|(?:(${SCHEMES})(\\s+))?([^\\s"'\`<>,;\\]\\\\}]{3,}))`,
  'gi',
);
const COOKIE = new RegExp(
  `(cookie2?\\\\{0,3}["']?\\s{0,3}[:=]\\s{0,3}[\\[{]?\\\\{0,3}["']?)` +
    `(?!\\*{3})[^\\s;,="'\\]\\\\]{1,128}=[^\\s;"'\\]\\\\]{0,4096}(?:;\\s?[^\\s;="'\\]\\\\]{1,128}(?:=[^\\s;"'\\]\\\\]{0,4096})?)*`,
  'gi',
);
const SCHEME = /\b(bearer|basic|ssws|geniekey|apikey|splunk|dpop)(\s+)([\w.~+/:-]{12,}=*)/gi;

const AUTHORITY = /(:\\?\/\\?\/)((?:(?!:\/\/)[^\s"'`<>])+)/g;

const CONTEXTUAL = [...AROUND, ...COMMANDS].map(([sign, pattern]) => ({ sign: new RegExp(sign, 'i'), pattern }));
/** Few lines hold any of these signs; one look spares the others many. */
const SIGN = new RegExp([...AROUND, ...COMMANDS].map(([sign]) => sign).join('|'), 'i');
const HEADER_SIGN = /authorization|cookie|bearer|basic|ssws|geniekey|apikey|splunk|dpop/i;

/** Masks in a line what is known by its shape and by what is around it. */
export function maskShapes(line: string): string {
  let masked = line;
  if (line.includes('eyJ')) masked = masked.replace(JWT, (run) => (isToken(run) ? MASK : run));
  if (SIGN.test(line)) {
    for (const { sign, pattern } of CONTEXTUAL) if (sign.test(line)) masked = masked.replace(pattern, `$1${MASK}`);
  }
  if (line.includes('@')) {
    masked = masked.replace(AUTHORITY, (_, slashes: string, rest: string) => slashes + maskUser(rest));
  }
  if (!HEADER_SIGN.test(line)) return masked;
  return masked
    .replace(COOKIE, `$1${MASK}`)
    .replace(HEADER, maskHeader)
    .replace(SCHEME, (whole, scheme, gap, value) =>
      looksRandom(value, 12) || isUserAndPassword(value) ? `${scheme}${gap}${MASK}` : whole,
    );
}

/** A signed token has three parts, of which the second begins as the first, unless it is encrypted and has five. */
function isToken(run: string): boolean {
  const parts = run.split('.');
  if (parts.length > 1 && parts[1]?.startsWith('eyJ')) return true;
  // `{"alg":`, `{"typ":`, `{"kid":`, `{"enc":` in base64: the rest may have been cut off.
  return parts.length === 5 || /^eyJ(?:hbGci|0eXAi|raWQi|lbmMi)/.test(run);
}

/** Masks the password in what follows `://`; it may itself hold a colon, a slash or an @. */
function maskUser(rest: string): string {
  const authority = /^[^/?#\\]*/.exec(rest)?.[0] ?? '';
  let at = authority.lastIndexOf('@');
  // What follows the colon is no port, so it is a password with a slash in it.
  if (at < 0) at = (/^[^:@/?#]*:(?!\d{1,5}(?:[/?#,;)\]}]|$))[^@]*@/.exec(rest)?.[0].length ?? 0) - 1;
  if (at < 0 || /^@sha\d+:/.test(rest.slice(at, at + 8))) return rest;

  const [user = '', ...more] = rest.slice(0, at).split(':');
  const password = more.join(':');
  if (password && !isReference(password)) return `${looksRandom(user, 20) ? MASK : user}:${MASK}${rest.slice(at)}`;
  return !password && looksRandom(user, 16) ? `${MASK}${rest.slice(at)}` : rest;
}

function maskHeader(
  whole: string,
  before: string,
  list: string | undefined,
  listGap: string | undefined,
  scheme: string | undefined,
  gap: string | undefined,
  value = '',
): string {
  if (list) return `${before}${list}${listGap}${MASK}`;
  if (isReference(value) || isSaid(value) || (!scheme && /^[a-z_-]+[.:]?$/i.test(value))) return whole;
  return `${before}${scheme ?? ''}${gap ?? ''}${MASK}`;
}
