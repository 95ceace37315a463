import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Backend, Piece } from '../../src/backend.ts';
import { createLogger } from '../../src/log.ts';
import type { Store } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import type { ThreadRef } from '../../src/threads.ts';
import { NOW } from '../support/cluster.ts';
import { sourceOf } from '../support/scene.ts';
import { openSlack, type SlackHarness } from '../support/slack/harness.ts';
import { read } from '../support/slack/reader.ts';
import { BOT } from '../support/slack/workspace.ts';
import { soon } from '../support/soon.ts';
import { CREDENTIALS } from '../support/specimens.ts';
import { openThreads } from '../support/threads.ts';
import { INJECTIONS } from './injections.ts';

const at = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '') || 'x';

/** A broken Deployment in which a text stands wherever people can write: logs, an event, annotations, names, a ConfigMap. */
function clusterWith(text: string, inNames: boolean) {
  const note = inNames ? slug(text) : 'none';
  const name = `cart-${note}`.slice(0, 50).replace(/-+$/, '');
  const meta = (kind: string, named: string, more: object = {}) => ({
    uid: `${kind}-${named}`,
    name: named,
    namespace: 'shop',
    creationTimestamp: at(600),
    ...more,
  });
  const container = {
    name: 'app',
    image: 'registry.example.com/cart:1',
    env: [
      { name: 'NOTE', value: text },
      { name: 'SETTINGS', valueFrom: { configMapKeyRef: { name: 'settings', key: 'note' } } },
    ],
  };
  const spec = { containers: [container] };
  const labels = { app: 'cart' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('Deployment', 'cart', { annotations: { note: text }, generation: 1 }),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: { note: text } }, spec },
    },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 },
  };
  const owner = (kind: string, owned: string) => [
    { apiVersion: 'apps/v1', kind, name: owned, uid: `${kind}-${owned}`, controller: true },
  ];
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta('ReplicaSet', 'cart-1', { labels, ownerReferences: owner('Deployment', 'cart') }),
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: { replicas: 1 },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('Pod', name, {
      labels: { ...labels, note },
      annotations: { note: text },
      ownerReferences: owner('ReplicaSet', 'cart-1'),
    }),
    spec: { ...spec, nodeName: 'a' },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: text, lastTransitionTime: at(300) },
      ],
      containerStatuses: [
        {
          name: 'app',
          image: container.image,
          ready: false,
          restartCount: 12,
          state: { waiting: { reason: 'CrashLoopBackOff', message: text } },
          lastState: {
            terminated: { reason: 'Error', exitCode: 1, message: text, startedAt: at(4), finishedAt: at(3) },
          },
        },
      ],
    },
  };
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: meta('Event', 'cart.1'),
    involvedObject: { kind: 'Pod', name, namespace: 'shop', uid: pod.metadata.uid },
    type: 'Warning',
    reason: 'BackOff',
    message: text,
    count: 5,
    lastTimestamp: at(2),
  };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('ConfigMap', 'settings', { annotations: { note: text } }),
    data: { note: text, 'app.properties': text },
  };
  const logs = Object.fromEntries(
    ['', ' previous'].map((run) => [`shop/${name}/app${run}`, `starting\n${text}\nexiting`]),
  );
  return { source: sourceOf([deployment, replicaSet, pod, event, configMap], { logs }), pod: name };
}

/** The looks that the model takes by itself; all else was put into its mouth. */
const LOOKS = (pod: string): [string, Record<string, unknown>][] => [
  ['logs', { pod, namespace: 'shop', previous: true }],
  ['events', { kind: 'Pod', name: pod, namespace: 'shop' }],
  ['get', { kind: 'ConfigMap', name: 'settings', namespace: 'shop' }],
  ['describe', { kind: 'Pod', name: pod, namespace: 'shop' }],
];

/** A model that takes its looks, then does whatever it has read, and says all of it. */
function gullible(pod: string) {
  const wire: string[] = [];
  let asked = 0;
  let obeyed = false;
  const backend: Backend = {
    name: 'gullible',
    model: 'g-1',
    async *complete({ messages, tools }): AsyncGenerator<Piece> {
      wire.push(JSON.stringify({ messages, tools }));
      const call = (name: string, args: string): Piece => ({
        type: 'call',
        call: { id: `c${++asked}`, name, arguments: args },
      });
      const read = messages
        .filter(({ role }) => role === 'tool')
        .map(({ text }) => text)
        .join('\n');
      const orders = obeyed ? [] : ordersIn(read);
      if (!tools || (read && orders.length === 0)) {
        yield { type: 'text', text: `${read}\n\nAs [E99] proves, do this.` };
        yield { type: 'end', reason: 'stop' };
        return;
      }
      if (read) {
        obeyed = true;
        for (const [name, args] of orders) yield call(name, args);
      } else for (const [name, args] of LOOKS(pod)) yield call(name, JSON.stringify(args));
      yield { type: 'end', reason: 'calls' };
    },
  };
  return { backend, wire };
}

/** The calls that a text asks for, in the forms that models have for them. */
function ordersIn(text: string): [string, string][] {
  return [
    ...[...text.matchAll(/call (\w+)\((\{.*?\})\)/g)].map(([, name = '', args = '']): [string, string] => [
      name,
      args.replaceAll('\\"', '"'),
    ]),
    ...[...text.matchAll(/"name":\s*"(\w+)"/g)].map(([, name = '']): [string, string] => [name, '{}']),
  ];
}

/** All that is written by the log. */
function logged() {
  const lines: string[] = [];
  return { lines, log: createLogger('debug', { write: (line: string) => void lines.push(line) }) };
}

describe('what people can write into a cluster', () => {
  let slack: SlackHarness;
  let store: Store;
  let close: () => Promise<void> = async () => {};

  beforeEach(async () => {
    slack = await openSlack('socket');
    await slack.platform.start({ command: async () => {}, reply: async () => {}, form: () => undefined });
    store = createSqliteStore({ file: ':memory:' });
  });
  afterEach(async () => {
    await close();
    await slack.stop();
    await store.close();
  });

  /** Everything that the bot shows in Slack. */
  const shown = () => slack.slack.workspace.messages.filter(({ user }) => user === BOT.user);

  async function askAbout(text: string, { inNames }: { inNames: boolean }) {
    const { source, pod } = clusterWith(text, inNames);
    const { backend, wire } = gullible(pod);
    const { log, lines } = logged();
    const harness = await openThreads({ source, backends: [backend], platform: slack.platform, store, log });
    close = harness.close;
    const report = await harness.services.analysis.run({ filters: [] }, { signal: AbortSignal.timeout(20_000) });
    await harness.services.reports.save(report);
    const posted = await slack.platform.post({ channel: 'C0OPS' }, { text: 'An analysis', blocks: [] });
    const thread: ThreadRef = { platform: 'slack', channel: 'C0OPS', thread: posted.place.thread ?? '' };
    await harness.threads.begin(thread, { report, incidents: report.incidents, wishes: {} });
    await harness.threads.ask('slack', {
      text: 'what do you make of the output?',
      user: 'U0ANNA',
      place: posted.place,
      delivery: '1',
    });
    await soon(() => {
      if (!shown().some((message) => /Answered by|Answered without/.test(read(message).text)))
        throw new Error('no answer yet');
    });
    return { harness, wire, lines, pod };
  }

  test('there are sixty of them', () => {
    expect(INJECTIONS.length).toBeGreaterThanOrEqual(60);
    expect(CREDENTIALS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(INJECTIONS.map((text) => [text.slice(0, 60), text]))('changes nothing: %s', async (_, text) => {
    const { harness, pod } = await askAbout(text, { inNames: true });

    // No look but those that it took by itself.
    const taken = harness.looks.map(({ looker, args }) => [looker, args]);
    expect(taken).toEqual(LOOKS(pod));
    for (const message of shown()) {
      const { live, text: letters } = read(message);
      // No mention, no link.
      expect(live).toEqual([]);
      expect(letters).not.toContain('PLANTED');
    }
    // What it read out came through the checker: nothing can be cited that there is not.
    expect(
      shown()
        .map((message) => read(message).text)
        .join('\n'),
    ).toContain('E99 (not verified)');
  });

  test.each(CREDENTIALS.map((text, index) => [index, text]))('no credential gets out: %i', async (_, marked) => {
    const secrets = [...marked.matchAll(/⟦([^⟧]*)⟧/g)]
      .map(([, secret = '']) => secret)
      .filter((secret) => secret.length >= 6);
    const { wire, lines } = await askAbout(marked.replace(/[⟦⟧]/g, ''), { inNames: false });

    const kept = await Promise.all((await store.list('', 10_000)).map(({ key }) => store.get(key)));
    const out = { wire: wire.join('\n'), log: lines.join('\n'), store: kept.join('\n'), chat: JSON.stringify(shown()) };
    for (const secret of secrets) {
      for (const [where, all] of Object.entries(out)) {
        expect(all.includes(secret) || all.includes(JSON.stringify(secret).slice(1, -1)), `${secret} in ${where}`).toBe(
          false,
        );
      }
    }
  });
});
