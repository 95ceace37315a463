import { expect, test } from 'vitest';
import pod from '../../src/analyzers/pod.ts';
import { registryOf } from '../../src/analyzers/shared/pod-images.ts';
import { Secret } from '../../src/kinds/configuration.ts';
import { Node } from '../../src/kinds/node.ts';
import { ago, analyze, build, event } from '../support/cluster.ts';
import { waitingPod } from '../support/pods.ts';

const image = 'registry.example.com/shop/cart:1.0';
const failed = (rest: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${rest}`;

// Answers of containerd, CRI-O, Docker Hub, Harbor and cloud registries.
test.each([
  ['ImageNotFound', failed('not found')],
  ['ImageNotFound', `reading manifest 1.0 in registry.example.com/shop/cart: manifest unknown`],
  ['ImageNotFound', `name unknown: The repository with name 'shop/cart' does not exist in the registry`],
  [
    'ImagePullUnauthorized',
    failed('failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized'),
  ],
  [
    'ImagePullUnauthorized',
    failed(
      'pull access denied, repository does not exist or may require authorization: insufficient_scope: authorization failed',
    ),
  ],
  [
    'ImagePullUnauthorized',
    failed('unexpected status from HEAD request to https://registry.example.com/v2/: 403 Forbidden'),
  ],
  ['ImagePullRateLimited', failed('429 Too Many Requests - toomanyrequests: You have reached your pull rate limit.')],
  ['ImageArchitecture', failed('no match for platform in manifest: not found')],
  ['ImageArchitecture', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  [
    'RegistryUnreachable',
    failed(
      'failed to do request: Head "https://registry.example.com/v2/": dial tcp: lookup registry.example.com: no such host',
    ),
  ],
  ['RegistryUnreachable', failed('failed to do request: dial tcp 10.0.0.9:443: i/o timeout')],
  [
    'RegistryUnreachable',
    'pinging container registry registry.example.com: Get "https://registry.example.com/v2/": EOF',
  ],
  ['RegistryUnreachable', failed('unexpected status from HEAD request: 503 Service Unavailable')],
  ['RegistryCertificate', failed('tls: failed to verify certificate: x509: certificate signed by unknown authority')],
  [
    'RegistryCertificate',
    'Error response from daemon: Get "https://registry.example.com/v2/": x509: certificate has expired',
  ],
  ['RegistryPlainHttp', failed('http: server gave HTTP response to HTTPS client')],
  ['RegistryPlainHttp', 'pinging container registry 10.0.0.9:5000: http: server gave HTTP response to HTTPS client'],
  ['ImagePullRateLimited', 'reading manifest 1.0 in docker.io/shop/cart: toomanyrequests: You have reached your limit'],
  ['ImagePullUnauthorized', 'Error response from daemon: unauthorized: authentication required'],
  ['ImagePullUnauthorized', 'reading manifest 1.0: denied: Your authorization token has expired. Reauthenticate'],
  ['ImageArchitecture', 'choosing image instance: no image found in image index for architecture "arm64", OS "linux"'],
  ['InvalidImageName', 'parsing image reference: invalid reference format: repository name must be lowercase'],
  [
    'InvalidImageName',
    'short-name "cart:1.0" did not resolve to an alias and no unqualified-search registries are defined',
  ],
  ['NodeDiskFull', 'failed to extract layer: write /var/lib/containerd/x: no space left on device'],
  ['ImageSignature', 'SignatureValidationFailed: image was not signed'],
  ['ImagePullFailed', 'something that nobody has seen before'],
])('K8sGPT (f), an image that cannot be pulled: %s for "%s"', async (problem, message) => {
  const [found, ...more] = await analyze(pod, [waitingPod('ErrImagePull', message)]);

  expect(more).toEqual([]);
  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(message.replace(/\.$/, ''));
  expect(found?.text).toContain(`Container app waits for its image ${image}`);
});

test.each([
  ['InvalidImageName', 'InvalidImageName', `couldn't parse image name "Cart:": invalid reference format`],
  ['ErrImageNeverPull', 'ImageNeverPull', `Container image "${image}" is not present with pull policy of Never`],
  ['RegistryUnavailable', 'RegistryUnreachable', 'the registry does not answer'],
  ['SignatureValidationFailed', 'ImageSignature', 'no signature'],
  ['ImageInspectError', 'ImagePullFailed', 'Failed to inspect image'],
])('knows the waiting reason %s', async (reason, problem, message) => {
  const [found] = await analyze(pod, [waitingPod(reason, message)]);

  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(reason);
});

test('takes the answer of the registry from the newest event where the status says only "back-off"', async () => {
  const waits = waitingPod('ImagePullBackOff', `Back-off pulling image "${image}"`);

  const [found] = await analyze(pod, [
    waits,
    event(waits, 'Failed', 'Error: ImagePullBackOff', { lastTimestamp: ago('10s'), metadata: { name: 'a' } }),
    event(waits, 'Failed', `Failed to pull image "${image}": manifest unknown`, {
      lastTimestamp: ago('5m'),
      metadata: { name: 'b' },
    }),
    event(waits, 'Failed', `Failed to pull image "${image}": unauthorized`, {
      lastTimestamp: ago('50m'),
      metadata: { name: 'c' },
    }),
  ]);

  expect(found?.code).toBe('Pod/ImageNotFound');
  expect(found?.text).toContain('manifest unknown');
});

test('is not misled by the name of the image', async () => {
  const name = 'registry.example.com/denied/unauthorized:429';
  const waits = waitingPod('ErrImagePull', `failed to resolve reference "${name}": not found`, {
    container: { image: name },
  });

  expect((await analyze(pod, [waits]))[0]?.code).toBe('Pod/ImageNotFound');
});

test('names the image as the cause that several workloads may share', async () => {
  const [found] = await analyze(pod, [waitingPod('ErrImagePull', failed('not found'))]);

  expect(found?.causes).toEqual([{ ref: { kind: 'Image', name: image }, certain: true }]);
  expect(found?.headline).toBe('does not exist in the registry registry.example.com');
});

test('names a pull Secret that is missing as the cause of a refusal', async () => {
  const waits = waitingPod('ErrImagePull', failed('401 Unauthorized'), {
    spec: { containers: [{ name: 'app', image }], imagePullSecrets: [{ name: 'regcred' }] },
  });

  const [found] = await analyze(pod, [waits]);

  expect(found?.causes).toEqual([{ ref: { kind: 'Secret', namespace: 'shop', name: 'regcred' }, certain: true }]);
  expect(found?.text).toContain('Its pull Secret regcred does not exist.');
});

test('tells a pull Secret of the wrong type', async () => {
  const waits = waitingPod('ErrImagePull', failed('401 Unauthorized'), {
    spec: { containers: [{ name: 'app', image }], imagePullSecrets: [{ name: 'regcred' }] },
  });

  const [found] = await analyze(pod, [
    waits,
    build(Secret, { metadata: { name: 'regcred' }, columns: { Type: 'Opaque', Data: 1 } }),
  ]);

  expect(found?.text).toContain('Secret regcred has the type Opaque, not kubernetes.io/dockerconfigjson.');
  expect(found?.causes?.[0]?.ref).toEqual({ kind: 'Registry', name: 'registry.example.com' });
});

test('tells the architecture of the node', async () => {
  const node = build(Node, { metadata: { name: 'worker-a' }, status: { nodeInfo: { architecture: 'arm64' } } });

  const [found] = await analyze(pod, [
    waitingPod('ErrImagePull', failed('no match for platform in manifest: not found')),
    node,
  ]);

  expect(found?.headline).toBe('has no build for the arm64 nodes');
});

test.each([
  ['x509: certificate signed by unknown authority', 'shows a certificate of an authority that the nodes do not know'],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-03-14T10:00:00Z is after 2026-03-01T00:00:00Z',
    'shows a certificate that has expired',
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2020-03-14T10:00:00Z is before 2026-03-01T00:00:00Z',
    'shows a certificate that is not valid yet',
  ],
  [
    'x509: certificate is valid for a.example.com, not b.example.com',
    'shows a certificate that is not made for its name',
  ],
  [
    `x509: cannot validate certificate for 10.0.0.9 because it doesn't contain any IP SANs`,
    'shows a certificate that is not made for its name',
  ],
  ['remote error: tls: bad certificate', 'wants a client certificate that the nodes do not show'],
  ['x509: malformed certificate', 'shows a certificate that the nodes do not accept'],
])('tells what is wrong with the certificate of a registry: %s', async (words, headline) => {
  const [found] = await analyze(pod, [waitingPod('ErrImagePull', failed(words))]);

  expect(found).toMatchObject({
    code: 'Pod/RegistryCertificate',
    headline,
    causes: [{ ref: { kind: 'Registry', name: 'registry.example.com' }, certain: true }],
  });
});

test.each([
  ['dial tcp: lookup registry.example.com: no such host', 'has a host name that the nodes cannot resolve'],
  ['lookup r on 10.0.0.2:53: read udp: connection refused', 'has a host name that the nodes cannot resolve'],
  ['dial tcp 10.0.0.9:443: connect: connection refused', 'refuses connections from the nodes'],
  ['dial tcp 10.0.0.9:443: i/o timeout', 'cannot be reached from the nodes'],
  ['unexpected status: 502 Bad Gateway', 'answers with errors'],
])('tells how a registry is out of reach: %s', async (words, headline) => {
  const [found] = await analyze(pod, [waitingPod('ErrImagePull', failed(words))]);

  expect(found).toMatchObject({ code: 'Pod/RegistryUnreachable', headline });
});

test('names the host that was asked where it is not the registry itself', async () => {
  const words = failed('failed to fetch token: Get "https://auth.example.net/token": x509: certificate has expired');

  const [found] = await analyze(pod, [waitingPod('ErrImagePull', words)]);

  expect(found?.text).toContain('The host that was asked is auth.example.net.');
});

test('a node whose disk is full is the certain cause of all the images that it cannot store', async () => {
  const [found] = await analyze(pod, [waitingPod('ErrImagePull', failed('write /blobs/x: no space left on device'))]);

  expect(found).toMatchObject({
    code: 'Pod/NodeDiskFull',
    headline: 'has no disk space left to store images',
    causes: [{ ref: { kind: 'Node', name: 'worker-a' }, certain: true }],
  });
});

test.each([
  ['is not present with pull policy of Never', 'the node does not have it'],
  ['is present with pull policy of Never but does not have the proper credentials', 'its credentials do not fit'],
])('tells why an image that must be on the node cannot be used: it %s', async (words, headline) => {
  const [found] = await analyze(pod, [waitingPod('ErrImageNeverPull', `Container image "${image}" ${words}`)]);

  expect(found?.headline).toContain(headline);
});

test("does not take the kubelet's own limit of pulls for the reason", async () => {
  const waits = waitingPod('ErrImagePull', 'pull QPS exceeded');

  const [found] = await analyze(pod, [
    waits,
    event(waits, 'Failed', `Failed to pull image "${image}": manifest unknown`, { lastTimestamp: ago('3m') }),
    event(waits, 'Failed', `Failed to pull image "${image}": pull QPS exceeded`, { metadata: { name: 'b' } }),
  ]);

  expect(found?.code).toBe('Pod/ImageNotFound');
});

test.each([
  ['nginx', 'docker.io'],
  ['library/nginx:1.29', 'docker.io'],
  ['localhost/cart', 'localhost'],
  ['registry:5000/cart', 'registry:5000'],
  ['ghcr.io/shop/cart@sha256:abc', 'ghcr.io'],
])('the registry of %s is %s', (name, registry) => {
  expect(registryOf(name)).toBe(registry);
});
