import { randomUUID } from 'node:crypto';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { silent } from '../../../src/log.ts';
import type { Action } from '../../../src/message.ts';
import { createPlayground } from '../../../src/platforms/playground/index.ts';
import { Body } from '../../../src/platforms/playground/page/body.ts';
import { Room } from '../../../src/platforms/playground/room.ts';
import type { Entry } from '../../../src/platforms/playground/wire.ts';
import { type PlatformHarness, platformContract, type Shown } from '../../contracts/platform.ts';
import { serve } from './support.ts';

platformContract('the playground', async (): Promise<PlatformHarness> => {
  const user = 'U0BERT';
  const room = new Room();
  const served = await serve();
  const options = { log: silent, commands: [], filters: [], cluster: 'sample', user, room };
  const platform = createPlayground({ ...options, http: served.host, address: () => served.url });
  let last: { path: string; body: object } | undefined;
  let opened: { message: string; form: string; values: Record<string, string> } | undefined;

  async function send(path: string, body: object): Promise<void> {
    last = { path, body };
    const response = await fetch(served.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: served.url },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }

  const say = (text: string, thread?: string, channel = 'general') =>
    send('/say', { delivery: randomUUID(), channel, thread, text });

  return {
    platform,
    bert: user,
    command: (text, from) => say(`/k8sgpt ${text}`, undefined, from?.channel),
    mention: (text, from) => say(`@k8sgpt ${text}`, from?.thread),
    reply: (text, thread) => say(text, thread),

    async press(message, label) {
      const action = actionOf(room.get(message.id), label);
      if ('run' in action) return send('/press', { delivery: randomUUID(), message: message.id, run: action.run });
      if (!('form' in action)) throw new Error(`${label} does nothing here`);
      opened = { message: message.id, form: action.form, values: action.values ?? {} };
      await send('/form/ask', opened);
    },

    async fill(values) {
      if (!opened) throw new Error('no form is open');
      const filled = { severity: 'high', ...opened.values, ...values };
      await send('/form', { delivery: randomUUID(), ...opened, filled });
    },

    async redeliver() {
      if (last) await send(last.path, last.body);
    },

    shown: (channel) =>
      room.entries.flatMap((entry) => (channel && entry.channel !== channel ? [] : shownOf(entry, user))),

    // There are no others; a second one in the same room is as near as it gets.
    another: async () => createPlayground({ ...options, http: { mount() {} } }),

    async forge() {
      const response = await fetch(`${served.url}/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
        body: JSON.stringify({ delivery: randomUUID(), channel: 'general', text: '/k8sgpt analyze' }),
      });
      return response.status;
    },

    async stop() {
      await platform.stop();
      await served.close();
    },
  };
});

function actionOf(entry: Entry | undefined, label: string): Action {
  if (!entry || !('message' in entry.body)) throw new Error('no such message');
  for (const block of entry.body.message.blocks) {
    if (block.type === 'feedback' && label === '👍') return { label, run: block.good };
    if (block.type === 'feedback' && label === '👎') return { label, run: block.bad };
    const found = 'actions' in block ? block.actions?.find((action) => action.label === label) : undefined;
    if (found) return found;
  }
  throw new Error(`no button ${label}`);
}

const PICTURE = /<img [^>]*alt="([^"]*)"[^>]*>/g;
const WITHIN_A_LINE = /<\/?(strong|em|code|span|a|time|s)\b[^>]*>/g;

/** A message of the bot, as the page draws it. */
function shownOf({ id, thread, body, edited, whispered }: Entry, user: string): Shown[] {
  if (!('message' in body)) return [];
  const html = renderToString(h(Body, body));
  const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, address]) => decoded(address ?? ''));
  const mentions = [...html.matchAll(/<span class="mention">([^<]*)</g)].map(([, name]) => decoded(name ?? ''));
  return [
    {
      id,
      ...(thread && { thread }),
      text: decoded(
        html
          .replace(WITHIN_A_LINE, '')
          .replace(PICTURE, '$1')
          .replace(/<[^>]*>/g, '\n')
          .replace(/^\n+|\n+$/g, ''),
      ),
      live: [...links, ...mentions],
      pictures: [...html.matchAll(PICTURE)].map(([, alt]) => decoded(alt ?? '')),
      edited: edited === true,
      ...(whispered && { user }),
    },
  ];
}

/** The letters that entities of HTML stand for. */
function decoded(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
