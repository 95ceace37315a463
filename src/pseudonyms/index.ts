import { isCommon, isVersion } from './common.ts';
import { namesIn } from './shapes.ts';

/**
 * Replaces names by stand-ins such as `pod-3` before a text goes to a model, and puts them back in what people read. A
 * name has the same stand-in as long as the state is kept; credentials are masked before, and stay so.
 */
export interface Pseudonyms {
  /**
   * Makes a name known, so that `hide` replaces it. The kind is that of an object, or `image`, `host`, `address`, `email`,
   * `label`, `container`, `key`, `name`; it only chooses how the stand-in begins. What is known already, and what is
   * the same in every cluster, such as `kube-system`, changes nothing.
   */
  learn(kind: string, name: string): void;
  /**
   * Replaces every name that is known, and whatever looks like an address, a host, an e-mail address or an image. A name
   * counts wherever it stands between other signs than letters and digits, in any case, so that `cart` is hidden in
   * `cart-7f9c` and `CART_SERVICE_HOST`, not in `cartography`.
   */
  hide(text: string): string;
  /** Puts the names back, even where the stand-in has other capitals. `restore(hide(text))` is the text, letter by letter. */
  restore(text: string): string;
  /** Restores a text that comes in parts. */
  createRestorer(): Restorer;
  /** What must be kept so that names have the same stand-ins later. */
  state(): PseudonymState;
}

export interface Restorer {
  /** The next part, restored, as far as it can be told where its stand-ins end. */
  push(text: string): string;
  /** What was held back. */
  end(): string;
}

/** Plain JSON. */
export interface PseudonymState {
  version: 1;
  /** Names by their stand-ins, in the order in which they first appeared. */
  names: Record<string, string>;
}

/** What stand-ins begin with. All others are `object`, so that it is known from the start what looks like a stand-in. */
const PREFIXES = [
  ...['namespace', 'node', 'pod', 'deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob', 'service'],
  ...[
    'ingress',
    'configmap',
    'secret',
    'claim',
    'volume',
    'storageclass',
    'serviceaccount',
    'webhook',
    'container',
    'image',
  ],
  ...['tag', 'host', 'address', 'email', 'label', 'key', 'name', 'cluster', 'object'],
];
const SYNONYMS: Record<string, string> = {
  persistentvolumeclaim: 'claim',
  persistentvolume: 'volume',
  ip: 'address',
  registry: 'host',
};

/** Signs behind which a name begins though they end in a letter: escapes of JSON and of addresses, colours of terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const ESCAPE = /\\[nrtbf]|%(?:0A|20|22|2C|2F|3A|3D|40)|\x1b\[[\d;]{0,12}m/;
const SEGMENT = new RegExp(`${ESCAPE.source}|[A-Za-z0-9]+|[^A-Za-z0-9]`, 'gi');

/** A stand-in, with any hyphen; a letter behind the number stands for another spelling of the same name. */
const STAND_IN = new RegExp(
  `(?<=^|[^A-Za-z0-9]|${ESCAPE.source})(${PREFIXES.join('|')})[-\\u2010-\\u2013](\\d{1,6})([b-z])?(?![A-Za-z0-9])`,
  'gi',
);
/** The end of a text that may be the beginning of a stand-in. */
const UNFINISHED = /[A-Za-z]{0,16}[-\u2010-\u2013]?\d{0,7}[b-z]?$/i;
/** As far back as `STAND_IN` looks for what stands before. */
const LOOK_BEHIND = 18;
const NAME_MAX = 512;

/** A name in all its spellings: `cart-db`, `CART_DB`. */
interface Entry {
  prefix: string;
  number?: number;
  /** Stand-ins by spelling. */
  spellings: Map<string, string>;
}

/** Names by their segments, so that the longest one at a place is found in one walk. */
interface Branch {
  entry?: Entry;
  next: Map<string, Branch>;
}

export function createPseudonyms(state?: PseudonymState): Pseudonyms {
  const root: Branch = { next: new Map() };
  const names = new Map<string, string>();
  const last = new Map<string, number>();

  for (const [standIn, name] of Object.entries(state?.names ?? {})) {
    const [, prefix = 'object', number] = /^([a-z]+)-(\d+)[b-z]?$/.exec(standIn) ?? [];
    const entry = enter(prefix, name);
    entry.number ??= Number(number);
    entry.spellings.set(name, standIn);
    names.set(standIn, name);
    last.set(prefix, Math.max(last.get(prefix) ?? 0, Number(number)));
  }

  function find(name: string): Branch | undefined {
    let branch: Branch | undefined = root;
    for (const segment of segmentsOf(name)) branch = branch?.next.get(normal(segment));
    return branch;
  }

  function enter(prefix: string, name: string): Entry {
    let branch = root;
    for (const segment of segmentsOf(name)) {
      const key = normal(segment);
      const next = branch.next.get(key) ?? { next: new Map() };
      branch.next.set(key, next);
      branch = next;
    }
    branch.entry ??= { prefix, spellings: new Map() };
    return branch.entry;
  }

  function learn(kind: string, name: string): void {
    const lower = kind.toLowerCase();
    const prefix = SYNONYMS[lower] ?? lower;
    if (prefix === 'image') {
      learnImage(name);
      return;
    }
    // `shop/cart`, or a label such as `example.com/team`.
    const slash = name.indexOf('/');
    if (slash > 0) add(prefix === 'label' ? 'host' : 'namespace', name.slice(0, slash));
    add(PREFIXES.includes(prefix) ? prefix : 'object', name.slice(slash + 1));
  }

  /**
   * An image is hidden by its repository and the parts of it; a tag that names a version, and a digest, tell nothing. The
   * path alone is no name of its own: `shop/cart` may as well be an object in a namespace.
   */
  function learnImage(reference: string): void {
    const [tagged = ''] = reference.split('@');
    const [, repository = '', tag = ''] = /^(.*?)(?::([^/:]*))?$/s.exec(tagged) ?? [];
    if (/^(?:sha256|[a-f0-9]{12,64})$/i.test(repository)) return;
    const parts = repository.split('/');
    const hasHost = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? '');
    const path = hasHost ? parts.slice(1) : parts;
    if (tag && !isVersion(tag)) add('tag', tag);
    if (hasHost) add('host', parts[0]?.replace(/:\d+$/, '') ?? '');
    // What everybody runs is not hidden in full either, so that a model knows what it is.
    if (path.every(isCommon)) return;
    if (hasHost) add('image', repository);
    for (const part of path) add('image', part);
  }

  function add(prefix: string, name: string): void {
    const bare = name.trim();
    if (bare && bare.length <= NAME_MAX && !isCommon(bare)) enter(prefix, bare);
  }

  function standInFor(entry: Entry, spelling: string): string {
    const known = entry.spellings.get(spelling);
    if (known) return known;
    const { prefix, spellings } = entry;
    // Beyond the alphabet, a spelling is a name of its own.
    const letter = spellings.size > 25 ? '' : String.fromCharCode('a'.charCodeAt(0) + spellings.size);
    if (entry.number === undefined || !letter) entry.number = nextNumber(prefix);
    const standIn =
      spellings.size === 0 || !letter ? `${prefix}-${entry.number}` : `${prefix}-${entry.number}${letter}`;
    spellings.set(spelling, standIn);
    names.set(standIn, spelling);
    return standIn;
  }

  /** The next number whose stand-in is nobody's name. */
  function nextNumber(prefix: string): number {
    let number = (last.get(prefix) ?? 0) + 1;
    while (find(`${prefix}-${number}`)?.entry) number++;
    last.set(prefix, number);
    return number;
  }

  function hide(text: string): string {
    for (const { kind, name } of namesIn(text)) learn(kind, name);
    // What looks like a stand-in already is somebody's name, and gets one of its own.
    for (const [name, prefix = ''] of text.matchAll(STAND_IN)) enter(prefix.toLowerCase(), name);

    const segments = segmentsOf(text);
    let hidden = '';
    for (let at = 0; at < segments.length; ) {
      const { entry, end } = longestAt(segments, at);
      hidden += entry ? standInFor(entry, segments.slice(at, end).join('')) : segments[at];
      at = entry ? end : at + 1;
    }
    return hidden;
  }

  function longestAt(segments: readonly string[], start: number): { entry?: Entry; end: number } {
    let found: { entry?: Entry; end: number } = { end: start };
    if (!isWord(segments[start]) && isWord(segments[start - 1])) return found;
    let branch: Branch | undefined = root;
    for (let at = start; at < segments.length; at++) {
      branch = branch.next.get(normal(segments[at] ?? ''));
      if (!branch) break;
      const isCut = !isWord(segments[at]) && isWord(segments[at + 1]);
      if (branch.entry && !isCut) found = { entry: branch.entry, end: at + 1 };
    }
    return found;
  }

  function nameOf(standIn: string, prefix: string, number: string, letter: string): string {
    const plain = `${prefix.toLowerCase()}-${Number(number)}`;
    const name = names.get(plain + letter.toLowerCase());
    if (name !== undefined) return name;
    // `pod-3s`: several of them.
    const one = letter === 's' ? names.get(plain) : undefined;
    return one === undefined ? standIn : `${one}s`;
  }

  function restore(text: string): string {
    return text.replace(STAND_IN, (standIn, prefix, number, letter = '') => nameOf(standIn, prefix, number, letter));
  }

  function createRestorer(): Restorer {
    let held = '';
    /** So many of the held letters were given out; they only tell what stands before the others. */
    let given = 0;

    function give(end: number): string {
      const whole = restoreUpTo(held, given, end);
      const keep = Math.max(0, end - LOOK_BEHIND);
      held = held.slice(keep);
      given = end - keep;
      return whole;
    }
    return {
      push(text) {
        held += text;
        return give(Math.max(given, held.length - (UNFINISHED.exec(held)?.[0].length ?? 0)));
      },
      end: () => give(held.length),
    };
  }

  function restoreUpTo(text: string, start: number, end: number): string {
    let restored = '';
    let from = start;
    for (const match of text.matchAll(STAND_IN)) {
      const [standIn, prefix = '', number = '', letter = ''] = match;
      if (match.index < start || match.index >= end) continue;
      restored += text.slice(from, match.index) + nameOf(standIn, prefix, number, letter);
      from = match.index + standIn.length;
    }
    return restored + text.slice(from, end);
  }

  return {
    learn,
    hide,
    restore,
    createRestorer,
    state: () => ({ version: 1, names: Object.fromEntries(names) }),
  };
}

function segmentsOf(text: string): string[] {
  return text.match(SEGMENT) ?? [];
}

function isWord(segment = ''): boolean {
  return /^[A-Za-z0-9]/.test(segment);
}

/** Spellings that mean the same: of `cart-db` also `CART_DB`, as environment variables have it. */
function normal(segment: string): string {
  return segment === '_' ? '-' : segment.toLowerCase();
}
