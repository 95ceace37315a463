import { createInteractions } from '../shared/interactions.ts';
import { LIMITS } from './limits.ts';
import type { Page } from './render.ts';

/** What people did that Slack gave us a `response_url` for. */
export const interactions = createInteractions<Page>({ uses: LIMITS.responseUses, ms: LIMITS.responseMs });
