import type { Checkup, Finding } from './checkup.ts';
import { readConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { silent } from './log.ts';
import type { HttpHost } from './platform.ts';
import { readSettings as readMattermost } from './platforms/mattermost/settings.ts';
import { readSettings as readSlack } from './platforms/slack/settings.ts';

/** The checkups of all chat services. Their clients are loaded when one runs, since other commands need none. */
export function createCheckups(env: NodeJS.ProcessEnv): readonly Checkup[] {
  return [
    {
      platform: 'slack',
      isSet: () => isThere(() => readSlack(env)),
      async *run(): AsyncGenerator<Finding> {
        const { examine } = await import('./platforms/slack/doctor.ts');
        yield* examine({ env, log: silent });
      },
    },
    {
      platform: 'mattermost',
      isSet: () => isThere(() => readMattermost(env)),
      async *run(): AsyncGenerator<Finding> {
        const { examine } = await import('./platforms/mattermost/doctor/index.ts');
        yield* examine({ env, log: silent, open: () => openHost(env) });
      },
    },
  ];
}

function isThere(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch (error) {
    if (error instanceof ConfigError) return true;
    throw error;
  }
}

/** The program's HTTP server, for a checkup that is called back while the program does not run. */
async function openHost(env: NodeJS.ProcessEnv): Promise<HttpHost & { close(): Promise<void> }> {
  const { createHttpServer } = await import('./server/http.ts');
  const { host, port } = readConfig(env);
  const http = createHttpServer({ ready: () => false });
  await http.listen(host, port);
  return http;
}
