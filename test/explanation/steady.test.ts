import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { analyze } from '../../src/analysis/run.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import type { ClusterSource } from '../../src/cluster.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { saidIn } from '../../src/explanation/material.ts';
import { explainPrompt } from '../../src/explanation/prompt.ts';
import { steady } from '../../src/explanation/steady.ts';
import { openRecording } from '../../src/recording/index.ts';

const SAMPLE = new URL('../../src/recording/sample.json.gz', import.meta.url);
const MINUTE_MS = 60_000;

test.each([
  ['Its lease was last renewed 24 min 40 s ago.', 'Its lease was last renewed 25 min 2 s ago.'],
  [
    'Container app crashes: 8 restarts, last Error, 2 min 50 s ago.',
    'Container app crashes: 9 restarts, last Error, 12 s ago.',
  ],
  ['Container app is in CrashLoopBackOff (1 restart).', 'Container app is in CrashLoopBackOff (2 restarts).'],
  ['status.containerStatuses[app].restartCount: 31', 'status.containerStatuses[app].restartCount: 32'],
  ['spec.renewTime: 2026-09-16T09:15:20.000000Z', 'spec.renewTime: 2026-09-16T09:15:30.000000Z'],
  ['Node a has been NotReady for 24 min (x)', 'Node a has been NotReady for 1 h 2 min (x)'],
  ['Pod a has waited 4 min for a node.', 'Pod a has waited 5 min 2 s for a node.'],
  ['its probe failed 12 times in 49 min.', 'its probe failed 13 times in 1 h 3 min.'],
  ['has no address, 2 min after it was made.', 'has no address, 3 d 2 h after it was made.'],
  ['was OOM-killed 14 times', 'was OOM-killed 15 times'],
  ['Unhealthy (seen 296 times): refused', 'Unhealthy (seen 301 times): refused'],
  ['back-off 2m40s restarting failed container', 'back-off 5m0s restarting failed container'],
  ['Failed (x12 over 3m)', 'Failed (x13 over 4m)'],
  ['last seen 3m20s ago', 'last seen 4m ago'],
  // What programs write before their last words.
  ['2026-09-16 09:15:20,123 ERROR no disk', '2026-09-16 10:01:02,007 ERROR no disk'],
  ['2026/09/16 09:15:20 no disk', '2026/09/17 00:00:01 no disk'],
  ['[16/Sep/2026:09:15:20 +0000] no disk', '[17/Sep/2026:09:15:21 +0000] no disk'],
  ['Sep 16 09:15:20 no disk', 'Sep  7 10:15:20 no disk'],
  ['E0916 09:15:20.123456       1 main.go:12] no disk', 'E0917 10:15:20.000001      17 main.go:12] no disk'],
  ['09:15:20.123 ERROR no disk', '10:15:20.001 ERROR no disk'],
  ['{"level":"error","ts":1789550120.123,"msg":"no disk"}', '{"level":"error","ts":1789550999.5,"msg":"no disk"}'],
  ['request b92b1f4e-a949-4fac-a46e-99017973656b failed', 'request 6d91ab0b-77bc-446b-a00a-2084408a39b8 failed'],
])('is the same from scan to scan: %s', (now, later) => {
  expect(steady(now)).toBe(steady(later));
  expect(steady(now)).not.toBe(now);
});

test.each([
  'Container app exits with code 137; its memory limit is 512Mi',
  '0 of 2 replicas are ready (available: 0, updated: 2)',
  'Service payments has port 8080, and timeoutSeconds is 30',
  'image registry.example.com/shop/payments:1.4.2',
  'image registry.example.com/shop/payments:20260916-091520',
  'image registry.example.com/shop/payments@sha256:9f86d081884c7d65',
  'connection refused after 30s',
  'the probe times out after 1 s, up to 10 s of waiting',
  'java.lang.OutOfMemoryError: 1610612736 bytes',
  'its schedule "0 2 * * *" starts nothing',
  'Job backup-29825430 has run longer than its deadline of 2 h',
  'requested: limits.memory=4Gi, used: limits.memory=8704Mi, limited: limits.memory=12Gi',
  '0/12 nodes are available: 1 node(s) had untolerated taint(s)',
  'dial tcp 10.244.3.17:8080: connect: connection refused',
  'HTTP probe failed with statuscode: 401',
  'nothing is written to /var/log/2026',
])('keeps what does not change by itself: %s', (text) => {
  expect(steady(text)).toBe(text);
});

test('leaves sentences whole', () => {
  expect(steady('Node a has been NotReady for 24 min. Its lease was last renewed 24 min 40 s ago.')).toBe(
    'Node a has been NotReady for a while. Its lease was last renewed a while ago.',
  );
});

test('asks the same of the sample’s incidents minutes and restarts later', async () => {
  const recorded = gunzipSync(await readFile(SAMPLE)).toString();
  const later = recorded
    .replace(/"restartCount":(\d{2,})/g, (_, count) => `"restartCount":${Number(count) + 1}`)
    .replace(/"count":(\d{2,})/g, (_, count) => `"count":${Number(count) + 5}`);

  const [first, second] = await Promise.all([questions(recorded, 0), questions(later, 2 * MINUTE_MS)]);

  expect(later).not.toBe(recorded);
  expect(second).toEqual(first);
});

/** What a model is asked about each incident of a recording, by the incident's id. */
async function questions(recording: string, laterMs: number): Promise<Map<string, string>> {
  const source = await openRecording(gzipSync(recording), { name: 'sample' });
  const { incidents } = await analyze(lateBy(source, laterMs), analyzers, { filters: [] });
  const asked = incidents.map(async (incident) => {
    const { message, story, steps, exhibits } = await explainBuiltin(incident, 1);
    const facts = saidIn({ text: message.text, blocks: [...story, ...steps] }).text;
    const prompt = explainPrompt({ title: message.text, facts, exhibits, language: 'English' });
    return [incident.id, prompt.map(({ text }) => text).join('\n')] as const;
  });
  return new Map(await Promise.all(asked));
}

function lateBy(source: ClusterSource, laterMs: number): ClusterSource {
  return {
    ...source,
    async read(...args) {
      const reading = await source.read(...args);
      return { ...reading, cluster: { ...reading.cluster, now: reading.cluster.now + laterMs } };
    },
  };
}
