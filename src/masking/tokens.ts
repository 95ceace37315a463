import { MASK } from './values.ts';

/** Letters of base64 for addresses with at least one capital, digit or underscore: names of objects have no capitals. */
const MIXED = '(?=[\\w-]{0,40}[A-Z_])[\\w-]';

/**
 * Credentials that are known by how they begin: the beginning, letter by letter, and a pattern for the rest. The forms
 * are those that the services document, or that their keys have; lengths are lower bounds, since services change them.
 */
const TOKENS: readonly (readonly [begins: string, rest: string])[] = [
  // Code and packages.
  ['ghp_', '[A-Za-z0-9]{20,}'],
  ['gho_', '[A-Za-z0-9]{20,}'],
  ['ghu_', '[A-Za-z0-9]{20,}'],
  ['ghs_', '[\\w.-]{20,}'],
  ['ghr_', '[A-Za-z0-9]{20,}'],
  ['github_pat_', '\\w{20,}'],
  ['gl', `(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|wt)-${MIXED}{16,}(?:\\.[\\w-]+){0,2}`],
  ['GR1348941', '[\\w-]{16,}'],
  ['ATBB', '[A-Za-z0-9]{24,}'],
  ['ATATT3', '[\\w=-]{24,}'],
  ['ATCTT3', '[\\w=-]{24,}'],
  ['npm_', '[A-Za-z0-9]{30,}'],
  ['pypi-', 'AgE[\\w-]{24,}'],
  ['rubygems_', '[a-f0-9]{40,}'],
  ['oy2', '[a-z0-9]{43}(?![a-z0-9])'],
  ['cio', '[A-Za-z0-9]{32}(?![A-Za-z0-9])'],
  ['dckr_', '[po]at_[\\w-]{20,}'],
  ['AKCp', '[A-Za-z0-9]{50,}'],
  ['cmVmdGtu', '[A-Za-z0-9]{40,}'],
  ['sq', '(?:[pau]_[a-f0-9]{32,}|0(?:atp|csp|idp)-[\\w-]{20,})'],
  ['CCIPAT_', '\\w{20,}'],
  ['CCIPRJ_', '\\w{20,}'],
  ['bkua_', '[a-f0-9]{32,}'],
  ['PMAK-', '[a-f0-9-]{40,}'],
  ['figd_', '[\\w-]{30,}'],
  // Chat and mail.
  ['xox', '[a-z](?:\\.xox[a-z])?-\\d[\\w-]{9,}'],
  ['xapp-', '\\d[\\w-]{9,}'],
  ['hooks.slack.com/', '(?:services|workflows|triggers)/[\\w/-]{16,}'],
  ['SG.', '[\\w-]{16,}\\.[\\w-]{16,}'],
  ['key-', '(?=[a-f]{0,30}\\d)[a-f0-9]{32}(?![\\w-])'],
  // Payment and shops.
  ['sk_', '(?:live|test)_\\w{10,}'],
  ['rk_', '(?:live|test)_\\w{10,}'],
  ['whsec_', '[A-Za-z0-9+/=]{20,}'],
  ['shp', '(?:at|ca|pa|ss|tka)_[a-fA-F0-9]{24,}'],
  ['EAAA', '[\\w-]{56,}'],
  ['access_token$', '\\w+\\$[\\w$]{20,}'],
  // Models.
  [
    'sk-',
    `(?:ant-[\\w-]{20,}|or-v1-[a-f0-9]{32,}|proj-[\\w-]{20,}|svcacct-[\\w-]{20,}|[a-f0-9]{32}(?![\\w-])|(?=[\\w-]{0,64}[A-Z])[\\w-]{20,})`,
  ],
  ['hf_', '[A-Za-z0-9]{20,}'],
  ['gsk_', '[A-Za-z0-9]{30,}'],
  ['xai-', `${MIXED}{40,}`],
  ['r8_', '[A-Za-z0-9]{30,}'],
  ['pplx-', '[A-Za-z0-9]{32,}'],
  ['nvapi-', '[\\w-]{32,}'],
  ['lsv2_', '(?:pt|sk)_[a-f0-9]{20,}\\w*'],
  ['pcsk_', '\\w{30,}'],
  ['fw_', '[A-Za-z0-9]{22,}'],
  // Clouds.
  ['A', '(?:KIA|SIA|3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])'],
  ['ABSK', '[A-Za-z0-9+/=]{60,}'],
  ['bedrock-api-key-', '[A-Za-z0-9+/=]{20,}'],
  ['AIza', '[\\w-]{30,}'],
  ['ya29.', '[\\w-]{20,}(?:\\.[\\w-]+){0,3}'],
  ['GOCSPX-', '[\\w-]{20,}'],
  ['1//0', '[\\w-]{30,}'],
  ['AAAA', '[\\w-]{7}:[\\w-]{100,}'],
  ['dop_v1_', '[a-f0-9]{32,}'],
  ['doo_v1_', '[a-f0-9]{32,}'],
  ['dor_v1_', '[a-f0-9]{32,}'],
  ['dapi', '[a-f0-9]{32}(?:-\\d)?(?![A-Za-z0-9])'],
  ['HRKU-', '[\\w-]{30,}'],
  ['fo1_', '[\\w-]{30,}'],
  ['fm2_', '[\\w+/=-]{30,}'],
  ['nfp_', '[A-Za-z0-9]{30,}'],
  ['vc', '[pirka]_[A-Za-z0-9]{20,}'],
  ['sbp_', '[a-f0-9]{32,}'],
  ['sb_secret_', '[\\w-]{20,}'],
  ['pscale_', '(?:tkn|pw|oauth)_[\\w.-]{20,}'],
  ['LTAI', '[A-Za-z0-9]{12,24}(?![A-Za-z0-9])'],
  ['v1.0-', '[a-f0-9]{24}-[a-f0-9]{100,}'],
  ['cf', '(?:ut|at|k)_[A-Za-z0-9]{36,}'],
  // Operations.
  ['hv', `[sbr]\\.${MIXED}{20,}`],
  ['s.', '(?=[a-z0-9]{0,23}[A-Z])(?=[A-Za-z]{0,23}\\d)[A-Za-z0-9]{24}(?![\\w.-])'],
  ['b.AAAAA', '[\\w-]{40,}'],
  ['glsa_', '[A-Za-z0-9]{28,}_[a-f0-9]{6,}'],
  ['glc_eyJ', '[\\w+/=-]{20,}'],
  ['eyJrIjoi', '[A-Za-z0-9+/=]{30,}'],
  ['NR', '(?:AK|JS|II|IQ|RA|AA|SP|BR)-[A-Za-z0-9_-]{19,}'],
  ['sntry', '[su]_[\\w+/=-]{30,}'],
  ['dt0', '[a-z]\\d\\d\\.[A-Z0-9]{20,}\\.[A-Z0-9]{40,}'],
  ['hc', '[abci]i?[kx]_[\\w]{40,}'],
  ['sdk-', '[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[a-f0-9]{4}-[a-f0-9]{12}'],
  ['tskey-', '[a-z]{3,10}-\\w{8,}(?:-\\w+)?'],
  ['pul-', '[a-f0-9]{40}'],
  ['dp.', '(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{36,}'],
  ['ops_eyJ', '[\\w+/=-]{40,}'],
  ['A3-', '[A-Z0-9]{6}-(?:[A-Z0-9]{5,11}-?){4,6}'],
  ['AGE-SECRET-KEY-', '[A-Z0-9-]{40,}'],
  ['lin_api_', '\\w{30,}'],
  ['ntn_', '[A-Za-z0-9]{30,}'],
  ['secret_', '(?=[a-z0-9]{0,42}[A-Z])[A-Za-z0-9]{40,}'],
  ['pat', '[A-Za-z0-9]{14}\\.[a-f0-9]{40,}'],
  ['SK', '[a-f0-9]{32}(?![A-Za-z0-9])'],
  ['sk.eyJ', '[\\w.-]{40,}'],
  // Hashes of passwords.
  ['$2', '[abxy]?\\$\\d\\d\\$[./A-Za-z0-9]{40,}'],
  ['$', '(?:[156y]|7|gy|md5|sha1|apr1|P|H|S|argon2(?:id?|d)|scrypt|pbkdf2[\\w-]{0,12})\\$[^\\s"\'`:\\\\]{16,}'],
  ['{SSHA', '\\d{0,3}\\}[A-Za-z0-9+/=]{16,}'],
  ['{SHA', '\\d{0,3}\\}[A-Za-z0-9+/=]{16,}'],
  ['pbkdf2_sha', '\\d+\\$\\d+\\$[^\\s"\'$]+\\$[A-Za-z0-9+/=]{16,}'],
  ['SCRAM-SHA-', '(?:1|256|512)\\$\\d+:[A-Za-z0-9+/=]{8,}\\$[A-Za-z0-9+/=]{8,}:[A-Za-z0-9+/=]{8,}'],
  ['md5', '(?=[a-f]{0,31}\\d)[a-f0-9]{32}(?![A-Za-z0-9])'],
  ['*', '[A-F0-9]{40}(?![A-Za-z0-9])'],
  // Base64 of `{"auths":`, and of private keys, but not of certificates and public keys.
  ['eyJhdXRocyI6', '[A-Za-z0-9+/=]+'],
  ['b3BlbnNzaC1rZXktdjE', '[A-Za-z0-9+/=]{20,}'],
  ['LS0tLS1CRUdJTi', '(?!BDRVJU|BQVUJMSUM|BUUlVTVEVE)[A-Za-z0-9+/=]{20,}'],
];

/** Where a credential may begin: not amid a word, but behind an escape such as `\n`, `\u0026` or `%3D`. */
const BEGIN = '(?<=^|[^A-Za-z0-9]|\\\\[nrtbf]|\\\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2})';

const TOKEN = new RegExp(
  `${BEGIN}(?:${TOKENS.map(([begins, rest]) => begins.replace(/[$.*{]/g, '\\$&') + rest).join('|')})`,
  'g',
);

/** Masks credentials of known makes, wherever they stand. */
export function maskTokens(text: string): string {
  return text.replace(TOKEN, MASK);
}
