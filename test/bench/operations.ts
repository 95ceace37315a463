import { startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import type { Store } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { redisIsHere, startRedis } from '../support/redis.ts';
import { startSlack } from '../support/slack-server.ts';
import { seenIn, until } from './rooms.ts';
import { questionOf, startSpoken } from './spoken.ts';

const TURNS = 20;

/** What a question costs the state: operations of the store by their keys, and commands of Redis. */
export async function benchOperations(say: (line: string) => void): Promise<void> {
  for (const looks of [false, true]) {
    const counts = new Map<string, number>();
    let letters = 0;
    const store = heard(createSqliteStore({ file: ':memory:' }), (key, value) => {
      const [part = ''] = key.split(':', 1);
      counts.set(part, (counts.get(part) ?? 0) + 1);
      letters += value.length;
    });
    await converse({ store, looks }, () => {
      counts.clear();
      letters = 0;
    });
    const parts = [...counts].map(([part, times]) => `${part} ${perTurn(times)}`).join(', ');
    const all = [...counts.values()].reduce((sum, each) => sum + each, 0);
    const kilobytes = Math.round(letters / TURNS / 1000);
    say(
      `store, ${looks ? 'one look' : 'no look'}: ${perTurn(all)} operations a question (${parts}), ${kilobytes} kB written`,
    );
  }
  if (!redisIsHere()) return say('no redis-server on the PATH, so its commands are not counted');
  const redis = await startRedis();
  try {
    const each = await converse({ env: { REDIS_URL: redis.url }, looks: false }, () =>
      redis.cli('CONFIG', 'RESETSTAT'),
    );
    const stats = redis.cli('INFO', 'commandstats');
    const scripts = perTurn(callsIn(stats.match(/cmdstat_evalsha:.*/)?.[0] ?? ''));
    say(
      `Redis: ${perTurn(callsIn(stats))} commands a question, those within its ${scripts} scripts included; ${each.toFixed(0)} ms`,
    );
  } finally {
    await redis.stop();
  }
}

/** Asks question after question in one thread, of a model that answers at once; milliseconds for each. */
async function converse(
  { store, env, looks }: { store?: Store; env?: Record<string, string>; looks: boolean },
  begins: () => void,
): Promise<number> {
  const slack = await startSlack({ mode: 'socket' });
  const model = await startSpoken({ quick: true });
  const app = await startApp({
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: ':memory:',
      LOG_LEVEL: 'silent',
      OPENAI_API_KEY: model.key,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'gpt-test',
      ...slack.env,
      ...env,
    },
    cluster: { sample: true },
    log: silent,
    ...(store && { store }),
  });
  const seen = () => seenIn(slack.workspace.messages.filter(({ bot_id }) => bot_id));
  try {
    await slack.write('<@U0BOT> what can you do?');
    const [{ ts: thread } = { ts: '' }] = slack.workspace.messages;
    await until(() => !seen().unfinished);
    begins();
    const began = performance.now();
    for (let turn = 1; turn <= TURNS; turn++) {
      await slack.write(questionOf(looks, turn), { thread });
      await until(() => seen().answers === turn && !seen().unfinished);
    }
    return (performance.now() - began) / TURNS;
  } finally {
    await app.stop();
    await slack.stop();
    await model.stop();
  }
}

/** The same store; hears of each operation, with its key and the value that is written. */
function heard(store: Store, hears: (key: string, value: string) => void): Store {
  return new Proxy(store, {
    get(target, name) {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== 'function' || name === 'close') return operation;
      return (...args: unknown[]) => {
        hears(String(args[0]), String((name === 'replace' ? args[2] : args[1]) ?? ''));
        return operation.apply(target, args);
      };
    },
  });
}

function callsIn(stats: string): number {
  return [...stats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

function perTurn(count: number): string {
  return (count / TURNS).toFixed(1);
}
