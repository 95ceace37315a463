import type { Cause } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import { Secret } from '../../kinds/configuration.ts';
import { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import { NODE_UNWELL, type PodProblem, refBeside } from './pod-problems.ts';

/** An image that does not come, and what the registry or runtime said of it. */
interface Pull {
  pod: Pod;
  image: string;
  registry: string;
  words: string;
  cluster: Cluster;
}

interface Details {
  /** Said of the certain cause, or of the workload where there is none. */
  headline: string;
  /** What else is known, and what to do, in a sentence or two. */
  hint: string;
  causes: Cause[];
}

/** What can be said of a pull beyond the message; nothing for a problem that is none of its own. */
export function explainPull(problem: PodProblem, pull: Pull): Details | undefined {
  return DETAILS[problem]?.(pull);
}

const DETAILS: Partial<Record<PodProblem, (pull: Pull) => Details>> = {
  ImageNotFound: ({ image, registry }) => ({
    headline: `does not exist in the registry ${registry}`,
    hint: `Check the name and the tag: the registry ${registry} answers, but has no such image.`,
    causes: [theImage(image)],
  }),
  ImageArchitecture: ({ pod, image, cluster }) => {
    const node = pod.spec?.nodeName ?? '';
    const architecture = cluster.get(Node, node)?.status?.nodeInfo?.architecture;
    const is = architecture ? `Node ${node} is ${architecture}. ` : '';
    return {
      headline: `has no build for the ${architecture ?? 'architecture of the'} node${architecture ? 's' : ''}`,
      hint: `${is}Build the image for that architecture too, or keep the Pod on nodes that fit.`,
      causes: [theImage(image)],
    };
  },
  ImageSignature: ({ image }) => ({ headline: 'fails the signature check', hint: '', causes: [theImage(image)] }),
  ImagePullRateLimited: ({ registry }) => ({
    headline: 'limits how many images may be pulled, and the limit is reached',
    hint: 'It passes by itself with time; pull with an account (imagePullSecrets) or through a mirror to avoid it.',
    causes: [theRegistry(registry)],
  }),
  RegistryCertificate: untrusted,
  RegistryPlainHttp: ({ registry }) => ({
    headline: 'speaks plain HTTP, but the nodes ask it over HTTPS',
    hint: 'Give the registry a certificate, or tell the container runtime of the nodes that this one is without TLS.',
    causes: [theRegistry(registry)],
  }),
  RegistryUnreachable: unreachable,
  ImagePullUnauthorized: refused,
  NodeDiskFull: ({ pod }) => {
    const name = pod.spec?.nodeName;
    return {
      headline: name ? 'has no disk space left to store images' : 'cannot store an image: the disk of its node is full',
      hint: name ? `The disk of node ${name} is full; free space there, or let the Pod start on another node.` : '',
      causes: name ? [{ ref: { kind: Node.kind, name }, certain: true, codes: NODE_UNWELL }] : [],
    };
  },
  InvalidImageName: ({ image, words }) =>
    /short[- ]name /i.test(words)
      ? {
          headline: `has an image name without a registry, which its nodes do not complete: ${image}`,
          hint: `Name the registry as well, such as docker.io/${image.includes('/') ? image : `library/${image}`}.`,
          causes: [],
        }
      : {
          headline: `has an image name that is not valid: ${image}`,
          hint: 'An image name is lower-case, without spaces, such as registry.example.com/team/app:1.2.',
          causes: [],
        },
  ImageNeverPull: ({ words }) =>
    /credentials/i.test(words)
      ? {
          headline: 'may not use an image that is on its node, since its credentials do not fit',
          hint: 'Its imagePullPolicy is Never, and the node keeps the image for those with its pull Secret.',
          causes: [],
        }
      : {
          headline: 'may not pull its image (imagePullPolicy Never), and the node does not have it',
          hint: 'Its imagePullPolicy is Never, so the image must already be on the node.',
          causes: [],
        },
};

/** Words of a message, what they say of the registry, and what to do. */
type Reading = readonly [words: RegExp, headline: string, advice: string];

/** The wordings are those of Go's `crypto/x509` and `crypto/tls`, which every container runtime uses. */
const CERTIFICATES: readonly Reading[] = [
  [
    /unknown authority|not trusted|self[- ]signed/i,
    'shows a certificate of an authority that the nodes do not know',
    'Give the nodes that authority, or the registry a certificate of a known one.',
  ],
  [
    /not yet valid: current time \S+ is before/i,
    'shows a certificate that is not valid yet',
    'Check the clock of the node, and the dates of the certificate.',
  ],
  [/has expired/i, 'shows a certificate that has expired', 'Renew the certificate of the registry.'],
  [
    /is (?:not )?valid for|IP SANs|Common Name|not contain any/i,
    'shows a certificate that is not made for its name',
    'Pull by a name that the certificate holds, or add this name to the certificate.',
  ],
  [
    /certificate required|bad certificate/i,
    'wants a client certificate that the nodes do not show',
    'Give the container runtime of the nodes the client certificate for this registry.',
  ],
];

function untrusted(pull: Pull): Details {
  return ofRegistry(pull, CERTIFICATES, [
    'shows a certificate that the nodes do not accept',
    'Mend the certificate of the registry, or what the nodes trust.',
  ]);
}

const OUTAGES: readonly Reading[] = [
  [
    /no such host|server misbehaving|\blookup \S+ on \S+: /i,
    'has a host name that the nodes cannot resolve',
    'Check the host name in the image, and the DNS of the nodes.',
  ],
  [
    /connection re(?:fused|set)/i,
    'refuses connections from the nodes',
    'Check that the registry runs, and listens on this port.',
  ],
  [
    /\b50[0234]\b/,
    'answers with errors',
    'The registry is reached, but cannot serve; see how it is, and try again later.',
  ],
];

function unreachable(pull: Pull): Details {
  return ofRegistry(pull, OUTAGES, [
    'cannot be reached from the nodes',
    'Check the way from the nodes to it: firewall, proxy, egress rules.',
  ]);
}

/** What the first fitting reading of a message says of the registry; `otherwise` where none fits. */
function ofRegistry(
  { registry, words }: Pull,
  readings: readonly Reading[],
  otherwise: readonly [headline: string, advice: string],
): Details {
  const [, headline, advice] = readings.find(([pattern]) => pattern.test(words)) ?? [undefined, ...otherwise];
  return { headline, hint: `${hostHint(registry, words)}${advice}`, causes: [theRegistry(registry)] };
}

/** The host that was asked, where it is another than the registry: its token server, a mirror, its storage. */
function hostHint(registry: string, words: string): string {
  const host = [...words.matchAll(/https?:\/\/([^\s/"?]+)/g)].at(-1)?.[1];
  const isOther = host !== undefined && host !== registry && !host.endsWith(`.${registry}`);
  return isOther ? `The host that was asked is ${host}. ` : '';
}

/** A registry that refuses: the credentials are missing, of the wrong type, or not good enough. */
function refused({ pod, registry, words, cluster }: Pull): Details {
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
  const missing = names.find((name) => cluster.missing(Secret, name, pod.metadata.namespace));
  if (missing) {
    return {
      headline: `does not exist, and the registry ${registry} wants credentials`,
      hint: `Its pull Secret ${missing} does not exist.`,
      causes: [{ ref: refBeside(pod, 'Secret', missing), certain: true }],
    };
  }
  const headline = 'refuses to give the image: no credentials, or not the right ones';
  const causes = [theRegistry(registry)];
  const may = /does not exist or may require|insufficient_scope/i.test(words)
    ? ' The registry says the same of an image that does not exist, so check the name as well.'
    : '';
  if (names.length === 0) return { headline, hint: `The Pod has no imagePullSecrets.${may}`, causes };
  const types = names.map((name) => cluster.get(Secret, name, pod.metadata.namespace)?.columns?.Type ?? '');
  const wrong = types.findIndex((type) => type !== '' && !/^kubernetes\.io\/docker(?:configjson|cfg)$/.test(type));
  const of =
    wrong < 0 ? '' : ` Secret ${names[wrong]} has the type ${types[wrong]}, not kubernetes.io/dockerconfigjson.`;
  return { headline, hint: `Its pull Secrets: ${names.join(', ')}.${of}${may}`, causes };
}

export function theImage(name: string): Cause {
  return { ref: { kind: 'Image', name }, certain: true };
}

function theRegistry(name: string): Cause {
  return { ref: { kind: 'Registry', name }, certain: true };
}
