import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/run.ts';
import { shownRows } from '../../src/analysis/summary.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import type { Ref } from '../../src/cluster.ts';
import { openCluster } from '../../src/clusters.ts';
import type { Report } from '../../src/report.ts';
import { connectForWriting } from '../sample/api.ts';
import { analyzeInSlack, analyzeInTerminal } from '../support/analyses.ts';
import { startOpenAi } from '../support/model/openai.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';
import { type Scaled, startScaled, toolsFolder } from './support/kube.ts';

/** What K8sGPT finds in this cluster, one message each. */
const K8SGPT_FINDS = 2421;
const REQUESTS_MAX = 30;
/** Restarts between the two runs. */
const RESTARTS = 29;

const tools = toolsFolder();

describe.skipIf(!tools)('20,000 Pods in a real API server (needs shared/kube in a folder above, or KUBE_TOOLS)', () => {
  let folder: string;
  let cluster: Scaled;
  let slack: SlackServer;
  let model: Awaited<ReturnType<typeof startOpenAi>>;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'k8sgpt-chat-cost-'));
    cluster = await startScaled(tools ?? '', { pods: 20_000, broken: 0.05 });
    slack = await startSlack({ mode: 'socket' });
    model = await startOpenAi({
      script: () => ({ text: 'Error: it does not run [E1].\nSolution: look at its events.' }),
    });
    env = {
      HOME: folder,
      DATA_DIR: folder,
      KUBECONFIG: cluster.kubeconfig,
      OPENAI_API_KEY: model.key,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'gpt-test',
    };
  });
  afterAll(async () => {
    await slack?.stop();
    await model?.stop();
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function look(): Promise<Report> {
    const source = await openCluster({ kubeconfig: cluster.kubeconfig }, {});
    try {
      return await analyze(source, analyzers, { filters: [] }, { signal: AbortSignal.timeout(60_000) });
    } finally {
      await source.close?.();
    }
  }

  /** What goes on where Pods crash: they were restarted more often, and their events were counted on. */
  async function goOn(pods: readonly Ref[]): Promise<void> {
    const { call, close } = await connectForWriting(cluster.kubeconfig);
    const patch = (path: string, body: object) => call('PATCH', path, body, 'application/merge-patch+json');
    try {
      for (const { namespace, name } of pods) {
        const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
        const { status } = (await call('GET', path)).body as {
          status: { containerStatuses?: { restartCount: number }[] };
        };
        const containerStatuses = status.containerStatuses?.map((each) =>
          each.restartCount > 0 ? { ...each, restartCount: each.restartCount + RESTARTS } : each,
        );
        if (containerStatuses) await patch(`${path}/status`, { status: { containerStatuses } });
        const about = `/api/v1/namespaces/${namespace}/events`;
        const found = await call('GET', `${about}?fieldSelector=involvedObject.name=${name}`);
        for (const event of found.body.items as { metadata: { name: string }; count: number }[]) {
          const now = { count: event.count + RESTARTS, lastTimestamp: new Date().toISOString().replace(/\.\d+/, '') };
          await patch(`${about}/${event.metadata.name}`, now);
        }
      }
    } finally {
      close();
    }
  }

  test(`about ${K8SGPT_FINDS} findings cost at most ${REQUESTS_MAX} requests to a model, in chat and terminal; the second time none`, async () => {
    const report = await look();
    const explanations = shownRows(report, { filters: [] }).length;
    const first = await analyzeInSlack(slack, env, explanations);
    const document = await analyzeInTerminal(env);
    expect(Math.abs(document.problems - K8SGPT_FINDS)).toBeLessThan(K8SGPT_FINDS / 5);
    expect(model.requests.length).toBeGreaterThan(0);
    expect(model.requests.length).toBeLessThanOrEqual(REQUESTS_MAX);
    for (const text of first) expect(text).toContain('Worded by openai');
    const asked = model.requests.length;

    const objects = report.incidents
      .slice(0, 2 * REQUESTS_MAX)
      .flatMap(({ findings }) => findings.map(({ object }) => object));
    await goOn(objects.filter(({ kind }) => kind === 'Pod'));
    const again = await analyzeInSlack(slack, env, explanations);
    const later = await analyzeInTerminal(env);

    expect(JSON.stringify(later.results)).toContain(`${41 + RESTARTS} restarts`);
    expect(model.requests.slice(asked).map(({ body }) => body.messages.at(-1)?.content)).toEqual([]);
    for (const text of again) expect(text).toContain('kept from before');
  }, 600_000);
});
