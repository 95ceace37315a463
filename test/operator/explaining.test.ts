import { beforeAll, expect, test } from 'vitest';
import { type Backend, BackendError, type BackendSettings } from '../../src/backend.ts';
import { UserError } from '../../src/errors.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import type { OpenExplainer } from '../../src/operator/index.ts';
import { K8SGPT, RESULT } from '../../src/operator/types.ts';
import { scriptedBackend } from '../support/backends.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { INTERVAL_MS, k8sgpt, scene } from '../support/operator.ts';
import { answeringOf } from '../support/services.ts';

const ANSWER = 'The container runs out of memory [E1]. Raise its limit.';
const cart = podFinding('cart');
const ai = { enabled: true, backend: 'openai', anonymized: false, secret: { name: 'openai', key: 'key' } };

beforeAll(async () => {
  // What an answer is checked by is loaded with the first one, in its own time.
  const { explainer } = answeringOf(scriptedBackend('openai', ANSWER).backend);
  for (const incident of reportOf([cart]).incidents) {
    const known = await explainBuiltin(incident, 1);
    const signal = AbortSignal.timeout(30_000);
    await explainer.explain({ known, language: 'English', account: { channel: 'test' }, signal });
  }
});

/** Opens explainers over one backend, and notes with which settings. */
function opening(backend: Backend) {
  const opened: { settings: BackendSettings; cache: Parameters<OpenExplainer>[1] }[] = [];
  const { explainer } = answeringOf(backend);
  const openExplainer: OpenExplainer = async (settings, cache) => {
    opened.push({ settings, cache });
    return explainer;
  };
  return { opened, openExplainer };
}

const details = (made: Awaited<ReturnType<typeof scene>>) =>
  made.resources.all(RESULT).map(({ spec }) => spec as { backend: string; details: string });

test('a model words the details, with the key of the Secret that is named, and is asked once', async () => {
  const { backend, requests } = scriptedBackend('openai', ANSWER);
  const { opened, openExplainer } = opening(backend);
  const made = await scene({ openExplainer });
  made.resources.secrets.set('team/openai/key', 'sk-1');
  made.found(cart);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { ...ai, model: 'm', baseUrl: 'http://models', maxTokens: '2048' } }));

  await made.clock.advance(20 * INTERVAL_MS);

  expect(opened).toEqual([
    {
      settings: {
        name: 'openai',
        preset: 'openai',
        key: 'sk-1',
        model: 'm',
        baseUrl: 'http://models',
        maxTokens: 2048,
      },
      cache: undefined,
    },
  ]);
  expect(requests).toHaveLength(1);
  expect(details(made)).toMatchObject([{ backend: 'openai', details: expect.stringContaining('Raise its limit') }]);
  expect(details(made)[0]?.details).toContain('E1: ');
});

test('names are replaced before anything is sent, unless that is switched off', async () => {
  const { backend, requests } = scriptedBackend('openai', ANSWER);
  const { openExplainer } = opening(backend);
  const made = await scene({ openExplainer });
  made.found(cart);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { enabled: true, backend: 'openai' } }));

  await made.clock.advance(INTERVAL_MS);

  expect(requests).toHaveLength(1);
  expect(JSON.stringify(requests)).not.toContain('cart-7d9c-x2x4z');
});

test('a model that is away leaves the runbook’s answer, is not asked with every analysis, and has the last word', async () => {
  let isDown = true;
  const { backend, requests } = scriptedBackend('openai', () =>
    isDown ? new BackendError('unreachable', 'The backend openai cannot be reached.') : ANSWER,
  );
  const { openExplainer } = opening(backend);
  const made = await scene({ openExplainer });
  made.found(cart);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { enabled: true, backend: 'openai', anonymized: false } }));

  await made.clock.advance(8 * 60_000);
  expect(requests).toHaveLength(1);
  expect(details(made)).toMatchObject([{ backend: 'builtin', details: expect.stringContaining('memory') }]);
  expect(made.resources.writes.filter((write) => / results /.test(write) && !write.startsWith('patch'))).toHaveLength(
    1,
  );

  isDown = false;
  await made.clock.advance(5 * 60_000);

  expect(requests).toHaveLength(2);
  expect(details(made)).toMatchObject([{ backend: 'openai' }]);
});

test('what is wrong with the settings of a model is said, and the Results are written all the same', async () => {
  const { openExplainer } = opening(scriptedBackend('openai', ANSWER).backend);
  const made = await scene({ openExplainer });
  made.found(cart);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { ...ai, language: 'klingonisch' } }));

  await made.clock.advance(1000);

  expect(made.status().Degraded).toContain('spec.ai.secret: the Secret team/openai has no value at key');
  expect(made.status().Degraded).toContain('The language "klingonisch" is not known here');
  expect(details(made)).toMatchObject([{ backend: 'builtin' }]);
});

test('a model that is switched off gives way to the runbook', async () => {
  const { openExplainer } = opening(scriptedBackend('openai', ANSWER).backend);
  const made = await scene({ openExplainer });
  made.found(cart);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { enabled: true, backend: 'openai' } }));
  await made.clock.advance(1000);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { enabled: false, backend: 'openai' } }));

  await made.clock.advance(1000);

  expect(details(made)).toMatchObject([{ backend: 'builtin' }]);
});

test('a remote cache is opened with the credentials of its Secret', async () => {
  const { opened, openExplainer } = opening(scriptedBackend('openai', ANSWER).backend);
  const made = await scene({ openExplainer });
  made.resources.secrets.set('team/aws/aws_access_key_id', 'id');
  made.resources.secrets.set('team/aws/aws_secret_access_key', 'secret');
  made.found(cart);
  const remoteCache = { credentials: { name: 'aws' }, s3: { bucketName: 'answers', region: 'eu-west-1' } };
  made.resources.apply(K8SGPT, k8sgpt({ ai: { enabled: true, backend: 'openai' }, remoteCache }));

  await made.clock.advance(1000);

  expect(opened).toMatchObject([
    {
      cache: {
        settings: { currentCacheType: 's3', s3: { bucketname: 'answers', region: 'eu-west-1' } },
        credentials: { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
      },
    },
  ]);
});

test('a backend that cannot be opened is told of in its own words', async () => {
  const made = await scene({
    openExplainer: async () => {
      throw new UserError('The backend openai needs a key: set OPENAI_API_KEY.');
    },
  });
  made.found(cart);
  made.resources.apply(K8SGPT, k8sgpt({ ai: { enabled: true, backend: 'openai' } }));

  await made.clock.advance(1000);

  expect(made.status().Degraded).toBe('True: The backend openai needs a key: set OPENAI_API_KEY.');
});
