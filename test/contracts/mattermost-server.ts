import { describe } from 'vitest';
import { acts } from './mattermost-acts.ts';
import { serves } from './mattermost-client.ts';
import { commands } from './mattermost-commands.ts';
import { knows } from './mattermost-knows.ts';
import { lists } from './mattermost-lists.ts';
import { posts } from './mattermost-posts.ts';
import { createSession, type MattermostHarness } from './mattermost-session.ts';
import { tells } from './mattermost-tells.ts';

export type { MattermostHarness };

/** Registers what a Mattermost server accepts, refuses and tells. One server serves all cases of it. */
export function mattermostContract(name: string, open: () => Promise<MattermostHarness>): void {
  describe(`${name} as a Mattermost server`, () => {
    const session = createSession(open);
    knows(session);
    posts(session);
    lists(session);
    commands(session);
    acts(session);
    tells(session);
    // Last, for it leaves the server with a limit.
    serves(session);
  });
}
