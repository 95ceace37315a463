import { messageOf } from '../errors.ts';
import { StoreError } from '../store.ts';
import { nameOf, type RedisAddress } from './redis-url.ts';

/** What an answer or a failure that matches means for people, after the server's name. */
interface Meaning {
  match: RegExp;
  text: string;
}

/** Errors of Redis begin with a code (redis.io/docs/latest/develop/reference/protocol-spec, "Simple errors"). */
const ANSWERS: Meaning[] = [
  {
    match: /^(WRONGPASS|ERR invalid password|ERR AUTH failed)/,
    text: 'refused the password. Correct the user and password in REDIS_URL.',
  },
  { match: /^NOAUTH/, text: 'wants a password. Add it to REDIS_URL, as in redis://:password@host.' },
  {
    match: /^NOPERM/,
    text: 'lets its user not do all that is needed. Allow it the keys k8sgpt-chat:* and {k8sgpt-chat}:*, with all commands but the dangerous ones and INFO.',
  },
  {
    match: /^READONLY/,
    text: 'is a replica, which only reads. Point REDIS_URL to the primary, or to Sentinels that know it.',
  },
  { match: /^MASTERDOWN/, text: 'is a replica without its primary. Point REDIS_URL to the primary.' },
  {
    match: /^OOM/,
    text: 'is full. Raise its maxmemory, or free memory; REDIS_URL may also point to a server for this program alone.',
  },
  {
    match: /^MISCONF/,
    text: 'takes no writes, since it cannot save them to its disk. Free its disk, or see its log.',
  },
  { match: /^NOREPLICAS/, text: 'takes no writes, since too few replicas follow it. Start its replicas.' },
  { match: /^LOADING/, text: 'is loading its data from disk. It is used again as soon as that is done.' },
  { match: /^BUSY\b/, text: 'is busy with a script that does not end. End it with SCRIPT KILL.' },
  {
    match: /^(CLUSTERDOWN|Too many Cluster redirections)/,
    text: 'does not serve all of its keys now. See CLUSTER INFO, and start the nodes that are missing.',
  },
  { match: /^(MOVED|ASK|CROSSSLOT) /, text: 'is a node of a Cluster. Write redis+cluster:// in REDIS_URL.' },
  {
    match: /cluster support disabled/,
    text: 'is no Cluster. Write redis:// in REDIS_URL.',
  },
  { match: /DB index is out of range/, text: 'has no such database. Correct the number at the end of REDIS_URL.' },
  { match: /max number of clients/, text: 'has no connection left. Raise its maxclients, or end other clients.' },
  {
    match: /unknown command '?sentinel/i,
    text: 'has no Sentinel there, but Redis itself. Write redis:// in REDIS_URL.',
  },
  {
    match: /failed to connect to sentinel .* because (WRONGPASS|NOAUTH)/,
    text: 'has Sentinels that refused the password. Add ?sentinel-password= to REDIS_URL.',
  },
  {
    match: /No such master with that name|invalid reply: null/,
    text: 'is not known to its Sentinels. Correct the name of the primary at the end of REDIS_URL.',
  },
];

const SILENT: Meaning = {
  match: /TIMED?OUT|timed out|Socket timeout|UNREACH/,
  text: 'does not answer. Check the server, and the network that leads to it.',
};

/** Codes of Node's errors, or what ioredis says where it has none. */
const FAILURES: Meaning[] = [
  {
    match: /failed to connect to sentinel/,
    text: 'has no Sentinel that answers. Start them, or correct their hosts in REDIS_URL.',
  },
  {
    match: /Unknown RESP type|Protocol error/i,
    text: 'does not speak as Redis does. Correct host and port in REDIS_URL.',
  },
  {
    match: /ENOTFOUND|EAI_AGAIN/,
    text: 'cannot be reached: its name has no address. Correct it in REDIS_URL, or see DNS.',
  },
  { match: /ECONNREFUSED/, text: 'refused the connection. Start it, or correct REDIS_URL.' },
  {
    match: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    text: 'does not speak TLS there. Write redis:// in REDIS_URL, or its TLS port.',
  },
  {
    match: /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/,
    text: 'wants a client certificate. Add ?cert=file&key=file to REDIS_URL.',
  },
  {
    match: /ERR_TLS_CERT_ALTNAME_INVALID/,
    text: 'shows a certificate for another name. Use a name of the certificate in REDIS_URL, or add ?servername= with it.',
  },
  { match: /CERT_HAS_EXPIRED/, text: 'shows a certificate that has expired. Renew it.' },
  {
    match: /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|DEPTH_ZERO|CERT_/,
    text: 'shows a certificate of an unknown authority. Add ?ca=file to REDIS_URL, with the certificate of the authority.',
  },
  SILENT,
  {
    match:
      /Connection is closed|ECONNRESET|EPIPE|socket hang up|Stream isn't writeable|isn't ready|MaxRetries|max retries per request|None of startup nodes/i,
    text: 'is away: the connection broke. Start it; where it wants TLS, write rediss:// in REDIS_URL.',
  },
];

/** The failure of a command or a connection as an error for people. */
export function explainRedis(error: unknown, address: RedisAddress): StoreError {
  if (error instanceof StoreError) return error;
  const server = nameOf(address);
  const said = chain(error);

  for (const { message } of said) {
    const meaning = ANSWERS.find(({ match }) => match.test(message));
    if (meaning) return new StoreError(`${server} ${meaning.text}`);
  }
  // What is most exact stands deepest: "Failed to refresh slots cache" holds why each node could not be asked.
  for (const { message, code } of said.toReversed()) {
    const meaning = FAILURES.find(({ match }) => match.test(code) || match.test(message));
    if (!meaning) continue;
    const hint = address.tls && meaning === SILENT ? ' Where it speaks no TLS, write redis:// in REDIS_URL.' : '';
    return new StoreError(`${server} ${meaning.text}${hint}`);
  }
  const message = withoutSecrets(said[0]?.message ?? '', address);
  return new StoreError(`${server} failed (${message}). Check the server and REDIS_URL.`);
}

/** Whether a replica refused to write, and so the primary must be looked for. */
export function isReadOnly(error: unknown): boolean {
  return answerOf(error).startsWith('READONLY');
}

/** What an error says. Servers before Redis 7 say it last where a script failed. */
function answerOf(error: unknown): string {
  return messageOf(error).replace(/^ERR Error running script .*?: -/, '');
}

/** An error and those that it was caused by, as ioredis hangs them on, outermost first. */
function chain(error: unknown): { message: string; code: string }[] {
  const all: { message: string; code: string }[] = [];
  let next: unknown = error;
  while (next && all.length < 5) {
    const { code = '', lastNodeError, previousErrors, cause } = next as RedisFailure;
    all.push({ message: answerOf(next), code: String(code) });
    next = lastNodeError ?? previousErrors?.at(-1) ?? cause;
  }
  return all;
}

interface RedisFailure {
  code?: string;
  lastNodeError?: unknown;
  previousErrors?: unknown[];
  cause?: unknown;
}

/** Old servers repeat the arguments of commands that they do not know, the password among them. */
function withoutSecrets(text: string, { password, sentinelPassword }: RedisAddress): string {
  let masked = text.slice(0, 300);
  for (const secret of [password, sentinelPassword]) if (secret) masked = masked.replaceAll(secret, '***');
  return masked;
}
