import { createApi } from './api.ts';
import { createPerson, type Person } from './person.ts';
import type { Settings } from './settle.ts';

const PASSWORD = 'Loopback-only-1';

/** One more person of the team, and of the channel; as an administrator would let them in. */
export async function newcomer(settings: Settings, name: string, ca?: string): Promise<Person> {
  const { MATTERMOST_URL: url, MATTERMOST_TEAM_ID: team, MATTERMOST_CHANNEL_ID: channel } = settings;
  const admin = createApi(url, settings.MATTERMOST_ADMIN_TOKEN, ca);
  const user = { username: name, password: PASSWORD, email: `${name}@example.test` };
  const { id } = await admin('POST', '/users', user);
  await admin('POST', `/teams/${team}/members`, { team_id: team, user_id: id });
  await admin('POST', `/channels/${channel}/members`, { user_id: id });
  const { token } = await admin('POST', `/users/${id}/tokens`, { description: 'to be tried with' });
  return createPerson({ url, token: String(token), channel, team, ...(ca ? { ca } : {}) });
}
