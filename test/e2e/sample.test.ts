import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildSample } from '../sample/sample.ts';
import { kubeIsHere } from './support/kube.ts';

const FILE = new URL('../../src/recording/sample.json.gz', import.meta.url);

test.skipIf(!kubeIsHere())('the bundled sample is what its scenarios give; otherwise run npm run sample', async () => {
  const { KUBECONFIG: _, ...env } = process.env;
  const lines = (bytes: Uint8Array) => gunzipSync(bytes).toString().split('\n');

  const built = lines((await buildSample(env)).bytes);

  const bundled = lines(await readFile(FILE));
  const stale = built.find((line, index) => line !== bundled[index]);
  expect(stale).toBeUndefined();
  expect(built.length).toBe(bundled.length);
});
