import { isIP, isIPv6 } from 'node:net';

/** A name that a text has, and what it is the name of. */
export interface Named {
  kind: string;
  name: string;
}

/** Domains end in one of these; endings that are common words, or fields of objects such as `labels.app`, are left out. */
const ENDINGS =
  'com|net|org|io|dev|cloud|local|internal|lan|corp|intranet|localdomain|example|invalid|private|consul|ai|co|info|biz|eu|de|fr|' +
  'nl|uk|ch|es|pl|se|dk|fi|cz|pt|ca|br|mx|jp|cn|kr|au|nz|za|ru|ua|tr|il|sg|hk|tw|edu|gov|mil|xyz|tech|online|site|sh';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** Not amid another name. */
const START = '(?<![\\w.@-])';

const URL_HOST = /:\/\/(?:[^\s/@"'`<>]{0,256}@)?(\[[\da-f:.]{2,45}\]|[\w.-]{1,253})/gi;
const IMAGE_URL = /\b(?:docker-pullable|docker|oci|containerd):\/\/([^\s"'`,;)]{1,512})/gi;
const IMAGE_WORD =
  /\bimages?\\{0,3}["']?\s?[:=]?\s?\\{0,3}["'`]([a-z0-9][\w./:@-]{0,512})|\bimage:[ \t]{1,4}([a-z0-9][\w./:@-]{0,512})/gi;
const IMAGE = new RegExp(
  `(?<![\\w./:@-])(?:(?:${LABEL}\\.)+${LABEL}|localhost)(?::\\d{2,5})?(?:/[a-z0-9._-]{1,128}){1,8}(?::[\\w.-]{1,128}|@sha256:[a-f0-9]{6,64}){1,2}`,
  'gi',
);
const SERVICE = new RegExp(`${START}(?:(${LABEL})\\.)?(${LABEL})\\.(${LABEL})\\.svc(?![\\w-])`, 'gi');
const DOMAIN = new RegExp(`${START}(?:${LABEL}\\.){1,8}(?:${ENDINGS})(?![\\w-]|\\.[\\w-])`, 'gi');
const IS_DOMAIN = new RegExp(`\\.(?:${ENDINGS})$`, 'i');
const EMAIL = /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])/gi;
const IPV4 = /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/g;
const IPV6 = /(?<![\w:.])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])/gi;
/** Nodes of AWS are called so. */
const IP_NAME = /(?<![\w-])ip(?:-\d{1,3}){4}(?![\w-])/gi;

/** Names that a text has, known by their form alone. */
export function* namesIn(text: string): Generator<Named> {
  for (const [, ref = ''] of text.matchAll(IMAGE_URL)) yield { kind: 'image', name: ref };
  for (const [, ref, other = ''] of text.matchAll(IMAGE_WORD)) yield { kind: 'image', name: ref ?? other };
  for (const [ref] of text.matchAll(IMAGE)) yield { kind: 'image', name: ref };
  for (const [, pod, service = '', namespace = ''] of text.matchAll(SERVICE)) {
    if (pod) yield { kind: 'pod', name: pod };
    yield { kind: 'service', name: service };
    yield { kind: 'namespace', name: namespace };
  }
  for (const [name] of text.matchAll(EMAIL)) yield { kind: 'email', name };
  for (const [, host = ''] of text.matchAll(URL_HOST)) yield* partsOf(host.replace(/^\[|\]$|\.$/g, ''));
  for (const [name] of text.matchAll(DOMAIN)) yield { kind: 'host', name };
  for (const [name] of text.matchAll(IP_NAME)) yield { kind: 'node', name };
  for (const [name] of text.matchAll(IPV4)) yield { kind: 'address', name };
  for (const [name] of text.matchAll(IPV6)) if (isIPv6(name)) yield { kind: 'address', name };
}

/** A host of a URL: of a Service, as Pods call it, the names that it consists of, so that a model knows them again. */
function* partsOf(host: string): Generator<Named> {
  const labels = host.split('.');
  const [service = '', namespace, third] = labels;
  const isService = labels.length === 1 || (labels.length === 2 && !IS_DOMAIN.test(host));
  // Of longer names of Services, the parts are found by their form.
  if (third === 'svc' || isIP(host)) return;
  if (!isService) yield { kind: 'host', name: host };
  else yield { kind: 'service', name: service };
  if (isService && namespace) yield { kind: 'namespace', name: namespace };
}
