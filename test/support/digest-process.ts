import { createReports } from '../../src/analysis/reports.ts';
import { createAttention } from '../../src/digests/attention.ts';
import { createHistory } from '../../src/digests/history.ts';
import { createDigests } from '../../src/digests/index.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { createLogger } from '../../src/log.ts';
import { createSlack } from '../../src/platforms/slack/index.ts';
import { openState } from '../../src/state.ts';
import { analysisOf, CORE } from './digests.ts';
import { podFinding } from './findings.ts';
import { answeringOf, noThreads } from './services.ts';

/**
 * A replica that posts digests to Slack, as a process of its own, with a clock that runs fast: `node digest-process.ts
 * <schedules> <milliseconds since 1970 when the clock began> <the time it showed then> <how fast it runs> <milliseconds
 * that an analysis takes>`. The n-th schedule is due in the n-th minute of the day that the clock began on. Its state is
 * wired as the program's is.
 */
const [count = 0, began = 0, from = 0, speed = 1, workMs = 0] = process.argv.slice(2).map(Number);
const CHANNELS = 20;
const TICK_MS = 300;

const clock = () => from + (Date.now() - began) * speed;
const log = createLogger(process.env.LOG_LEVEL ?? 'silent');
const { store, jobs, once, leaseMs } = await openState({ env: process.env, config: { stateFile: ':memory:' }, log });
const slack = createSlack({
  env: process.env,
  http: { mount: () => {} },
  log,
  retryMs: 50,
});
if (!slack) throw new Error('Slack is not set');
const history = createHistory({ store, core: CORE, log });
const by = { user: 'U1', platform: 'slack', at: from };

const analysis = analysisOf(clock, () => ({ findings: [podFinding('cart')] }));

const digests = createDigests({
  ...answeringOf(),
  ...once,
  log,
  clock,
  leaseMs,
  analysis: {
    ...analysis,
    async run(...args) {
      await new Promise((resolve) => setTimeout(resolve, workMs));
      return analysis.run(...args);
    },
  },
  reports: createReports(store, CORE),
  history,
  attention: createAttention({ store, log, clock }),
  threads: noThreads(),
  explain: explainBuiltin,
  observe: (report) => history.record(report),
  platform: () => slack,
  declared: {
    watches: [],
    schedules: Array.from({ length: count }, (_, index) => ({
      id: `dig-${String(index).padStart(4, '0')}`,
      platform: 'slack',
      channel: `C${index % CHANNELS}`,
      cron: `${(index + 1) % 60} ${Math.floor((index + 1) / 60)} * * *`,
      zone: 'UTC',
      filters: [],
      namespace: 'shop',
      quiet: 'line' as const,
      since: from,
      declared: true,
      by,
    })),
  },
});

await slack.start({ command: async () => {}, reply: async () => {}, form: () => undefined });
await jobs.start();
process.stdout.write('ready\n');
// As often as the usual clockwork, for a clock that runs fast.
for (;;) {
  await digests.tick().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}
