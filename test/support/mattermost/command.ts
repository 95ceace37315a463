import { freePort } from '../redis.ts';
import { createApi } from './api.ts';
import type { Settings } from './settle.ts';

/** Settings of the program, for a server in which `/k8sgpt` is made to call it at a port that is free. */
export async function envOf(settings: Settings): Promise<Record<string, string>> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const admin = createApi(settings.MATTERMOST_URL, settings.MATTERMOST_ADMIN_TOKEN);
  const { token } = await admin<{ token: string }>('POST', '/commands', {
    team_id: settings.MATTERMOST_TEAM_ID,
    trigger: 'k8sgpt',
    method: 'P',
    url: `${url}/mattermost/command`,
  });
  return {
    MATTERMOST_URL: settings.MATTERMOST_URL,
    MATTERMOST_TOKEN: settings.MATTERMOST_TOKEN,
    MATTERMOST_COMMAND_TOKEN: token,
    PUBLIC_URL: url,
    PORT: String(port),
    HOST: '127.0.0.1',
  };
}
