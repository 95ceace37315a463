import { onTestFinished } from 'vitest';
import type { FormRequest, Handlers, Incoming } from '../../../src/platform.ts';
import { FORM } from '../../contracts/platform-session.ts';
import type { MattermostOptions } from '../mattermost-server.ts';
import { type MattermostHarness, openMattermost } from './harness.ts';

export interface Started extends MattermostHarness {
  commands: Incoming[];
  replies: Incoming[];
  forms: FormRequest[];
  on: Handlers;
}

interface StartedOptions extends MattermostOptions {
  /** What it takes to keep what was heard, after it has been recorded. */
  take?: (incoming: Incoming) => Promise<void>;
}

/** A platform that listens in a Mattermost and records what it hears; both end with the test. */
export async function started({ take, ...options }: StartedOptions = {}): Promise<Started> {
  const harness = await openMattermost(options);
  onTestFinished(() => harness.stop());
  const heard = { commands: [] as Incoming[], replies: [] as Incoming[], forms: [] as FormRequest[] };
  const on: Handlers = {
    async command(incoming) {
      heard.commands.push(incoming);
      await take?.(incoming);
    },
    async reply(incoming) {
      heard.replies.push(incoming);
      await take?.(incoming);
    },
    form(request) {
      heard.forms.push(request);
      return request.form === FORM.name ? FORM : undefined;
    },
  };
  await harness.platform.start(on);
  return Object.assign(harness, heard, { on });
}
