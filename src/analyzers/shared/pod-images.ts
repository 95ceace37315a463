import { type Failure, fromEvent } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import type { Pod } from '../../kinds/pod.ts';
import { type Container, containerEvents, fromContainer } from './pod-containers.ts';
import { type PodProblem, podFailure } from './pod-problems.ts';
import { explainPull, theImage } from './pod-pulls.ts';
import { sentence } from './wording.ts';

/** Reasons that a container waits for its image (kubelet, `pkg/kubelet/images/types.go`, and the CRI's errors). */
export const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

const BY_REASON: Record<string, PodProblem> = {
  ErrImageNeverPull: 'ImageNeverPull',
  InvalidImageName: 'InvalidImageName',
  SignatureValidationFailed: 'ImageSignature',
};

/**
 * What a registry or runtime means by its words. In this order: a missing platform is also "not found", a rate limit
 * may come with "denied", and Docker Hub answers "denied" for what does not exist.
 */
const BY_MESSAGE: readonly [RegExp, PodProblem][] = [
  [
    /no match for platform|no matching manifest|does not match the specified platform|no image found in (?:image index|manifest list)|cannot be used on this platform|no child with platform/i,
    'ImageArchitecture',
  ],
  [/toomanyrequests|too many requests|\b429\b|rate limit/i, 'ImagePullRateLimited'],
  [/no space left|disk quota exceeded/i, 'NodeDiskFull'],
  [/SignatureValidationFailed|signature (?:verification|validation)|no signatures? /i, 'ImageSignature'],
  [/x509:|tls: .*certificate/i, 'RegistryCertificate'],
  [/HTTP response to HTTPS/i, 'RegistryPlainHttp'],
  [
    /unauthorized|authentication required|authorization failed|\b40[13]\b|forbidden|denied|insufficient_scope|no basic auth|token has expired/i,
    'ImagePullUnauthorized',
  ],
  [
    /no such host|server misbehaving|i\/o timeout|timed? ?out|connection re(?:fused|set)|tls|dial tcp|no route to host|network is unreachable|deadline exceeded|RegistryUnavailable|\bEOF\b|\b50[0234]\b/i,
    'RegistryUnreachable',
  ],
  [/not found|manifest unknown|name unknown|does not exist|\b404\b/i, 'ImageNotFound'],
  [/couldn't parse image|invalid reference format|invalid image name|short[- ]name /i, 'InvalidImageName'],
];

/** Why a container waits for its image: the registry's answer, from the status or, where it says only "back-off", the newest event. */
export function imageFailure(pod: Pod, container: Container, cluster: Cluster): Failure {
  const { image, name } = container;
  const { reason = '', message = '' } = container.status.state?.waiting ?? {};
  const event = tellsWhy(message) ? undefined : failedPull(pod, container, cluster);
  const words = event?.message ?? message;
  const problem = problemOf(reason, words, image);
  const registry = registryOf(image);
  const { headline, hint, causes } = explainPull(problem, { pod, image, registry, words, cluster }) ?? {
    headline: 'cannot be pulled',
    hint: '',
    causes: [theImage(image)],
  };
  const says = words ? ` The kubelet says: ${sentence(words)}` : '';
  return podFailure(pod, problem, {
    headline,
    text: `Container ${name} waits for its image ${image} (${reason}).${says}${hint && ` ${hint}`}`,
    evidence: [
      fromContainer(pod, container, 'state.waiting', [reason, message].filter(Boolean).join(': ')),
      ...(event ? [fromEvent(pod, event)] : []),
    ],
    values: { container: name, image, registry, reason, node: pod.spec?.nodeName ?? '' },
    sensitive: [image],
    causes,
    about: name,
  });
}

function problemOf(reason: string, words: string, image: string): PodProblem {
  const known = BY_REASON[reason];
  if (known) return known;
  // An image may be called "unauthorized"; only what is said about it counts.
  const rest = words.replaceAll(image, '').replace(/https?:\/\/[^\s"]+/g, '');
  const fitting = BY_MESSAGE.find(([pattern]) => pattern.test(`${reason} ${rest}`));
  return fitting?.[1] ?? 'ImagePullFailed';
}

/** The kubelet's own limit of pulls delays one, and is not why it fails. */
const OWN_LIMIT = /pull QPS exceeded/;

function tellsWhy(message: string): boolean {
  return message !== '' && !/^Back-off pulling image "[^"]*"\.?$/.test(message) && !OWN_LIMIT.test(message);
}

function failedPull(pod: Pod, container: Container, cluster: Cluster): Event | undefined {
  const failed = containerEvents(pod, container, cluster, 'Failed', 'InspectFailed', 'ErrImageNeverPull');
  return failed.find(
    ({ message = '' }) => message.includes(container.image) && !/^Error: /.test(message) && !OWN_LIMIT.test(message),
  );
}

/** The host part of an image's name (https://kubernetes.io/docs/concepts/containers/images/#image-names). */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
