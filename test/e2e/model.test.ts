import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/run.ts';
import { shownRows } from '../../src/analysis/summary.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import { type App, startApp } from '../../src/app.ts';
import { openCluster } from '../../src/clusters.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { silent } from '../../src/log.ts';
import type { Report } from '../../src/report.ts';
import { BOT, type SlackMessage } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';
import { everydayWords, inventedIn, linesOf, type Span } from './support/judge.ts';
import { modelIsHere, type RealModel, startModel } from './support/model.ts';

const WORDS = 'In a model’s words';
/** Of all answers; each takes half a minute on a busy machine. */
const ANSWERS_MS = 15 * 60_000;
/** The model may be compiled, and once more. */
const STARTED_MS = 30 * 60_000;

/** An explanation as it stands in Slack, its pages put together. */
interface Explained {
  title: string;
  known: Span[][];
  said: Span[][];
  fineprint: string;
}

describe.skipIf(!modelIsHere())(
  'a real, small model (needs MODEL_URL, or shared/model/serve in a folder above)',
  () => {
    let model: RealModel;
    let slack: SlackServer;
    let app: App;
    let report: Report;

    beforeAll(async () => {
      const source = await openCluster({ sample: true }, {});
      report = await analyze(source, analyzers, { filters: [] }, { signal: AbortSignal.timeout(60_000) });
      model = await startModel();
      slack = await startSlack({ mode: 'socket' });
      app = await startApp({
        env: {
          PORT: '0',
          HOST: '127.0.0.1',
          DATA_DIR: ':memory:',
          OPENAI_BASE_URL: model.url,
          OPENAI_MODEL: model.name,
          MODEL_TIMEOUT: '300',
          MODEL_CONCURRENCY: '1',
          // So that it says the same each time; where somebody looks for more, it may be warmer.
          K8SGPT_BACKEND: 'openai',
          K8SGPT_TEMPERATURE: process.env.MODEL_TEMPERATURE ?? '0',
          ...slack.env,
        },
        cluster: { sample: true },
        log: silent,
      });
    }, STARTED_MS);
    afterAll(async () => {
      await app?.stop();
      await slack?.stop();
      await model?.stop();
    });

    /** Analyzes, and waits until every explanation stands whole. */
    async function explainAll(command: string, all: boolean): Promise<Explained[]> {
      const count = shownRows(report, { filters: [], all }).length;
      const { messages } = slack.workspace;
      const before = messages.length;
      await slack.command(command);
      await expect
        .poll(() => explanationsIn(messages.slice(before)).length, { timeout: ANSWERS_MS, interval: 500 })
        .toBe(count);
      return explanationsIn(messages.slice(before));
    }

    /** The evidence of an incident, whole: a message shows the beginning of it. */
    async function evidenceOf(title: string): Promise<string> {
      const incident = report.incidents.find((each) => each.title === title);
      const { exhibits } = incident ? await explainBuiltin(incident) : { exhibits: [] };
      return exhibits.map((exhibit) => `${exhibit.title} ${exhibit.text}`).join('\n');
    }

    test(
      'every incident of the sample is explained, and nothing invented stands unmarked beside what is known',
      async () => {
        const explained = [...(await explainAll('analyze', false)), ...(await explainAll('analyze --all', true))];

        for (const { title, known, fineprint } of explained) {
          const words = lettersOf(known);
          for (const part of [title, 'Evidence', 'Confirm it', 'Fix it']) expect(words, title).toContain(part);
          expect(fineprint, title).toMatch(/Worded by openai/);
        }
        const everyday = await everydayWords();
        const invented = await Promise.all(
          explained.map(async ({ title, known, said }) => ({
            title,
            invented: inventedIn(said, `${lettersOf(known)}\n${await evidenceOf(title)}`, everyday),
          })),
        );
        expect(invented.filter((each) => each.invented.length > 0)).toEqual([]);
      },
      ANSWERS_MS + 60_000,
    );
  },
);

describe('the judge of these tests', () => {
  const MATERIAL =
    'Pod shop/cart-1 status: 41 restarts. Run kubectl -n shop logs cart-1 --tail=50. Image shop/cart:1.4 [E1]';
  const line = (text: string, more: Partial<Span> = {}) => [[{ text, struck: false, code: false, ...more }]];

  test.each<[string, Span[][], string[]]>([
    ['what is known', line('Pod shop/cart-1 of image shop/cart:1.4 had 41 restarts [E1].'), []],
    ['plain words', line('Well-known trouble: use kubectl to see it, and/or read the clients/services.'), []],
    ['a known command', line('1. kubectl -n shop logs cart-1 --tail=50'), []],
    ['what is struck', line('kubectl delete pod cart-9', { struck: true }), []],
    ['another name', line('It is cart-9.'), ['cart-9']],
    ['another number', line('It had 4 restarts.'), ['4']],
    ['another image', line('Use shop/cart:1.5 instead.'), ['shop/cart:1.5']],
    ['another command', line('So docker restart cart.'), ['docker restart cart']],
    ['code', line('reboot', { code: true }), ['reboot']],
    ['evidence that is not there', line('As it shows [E7].'), ['E7']],
    ['an object of everyday words', line('See pod/clients.'), ['pod/clients']],
  ])('%s', async (_, said, invented) => {
    expect(inventedIn(said, MATERIAL, await everydayWords())).toEqual(invented);
  });
});

function lettersOf(lines: readonly (readonly Span[])[]): string {
  return lines.map((line) => line.map(({ text }) => text).join('')).join('\n');
}

/** The explanations that stand whole; `(2 of 3)` is a page of one. */
function explanationsIn(messages: readonly SlackMessage[]): Explained[] {
  const pages = messages.filter(({ user, thread_ts }) => user === BOT.user && thread_ts);
  const byTitle = Map.groupBy(pages, ({ text }) => text.replace(/ \(\d+ of \d+\)$/, ''));
  return [...byTitle.values()].flatMap((all) => {
    const blocks = all.toSorted((a, b) => pageOf(a) - pageOf(b)).flatMap((page) => page.blocks);
    if (!JSON.stringify(blocks).includes('feedback_buttons')) return [];
    const at = blocks.findIndex((block) => JSON.stringify(block).includes(WORDS));
    const [[title = { text: '' }] = []] = linesOf(blocks);
    return [
      {
        title: title.text,
        known: linesOf(at < 0 ? blocks : blocks.slice(0, at)),
        said: at < 0 ? [] : linesOf(blocks.slice(at + 1)).filter(([first]) => !first?.text.includes('⚠️')),
        fineprint: JSON.stringify(
          blocks.slice(Math.max(at, 0)).filter((block) => (block as { type: string }).type === 'context'),
        ),
      },
    ];
  });
}

function pageOf({ text }: SlackMessage): number {
  return Number(/\((\d+) of \d+\)$/.exec(text)?.[1] ?? 1);
}
