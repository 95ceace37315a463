import { describe, expect, test } from 'vitest';
import { newId } from '../support/mattermost/ids.ts';
import { BAD_BODY, FORBIDDEN, formOf, newCommand, refused, type Session } from './mattermost-session.ts';

export function commands(session: Session): void {
  describe('a slash command', () => {
    test('is made, found, changed and deleted by who may', async () => {
      const { path: _, ...made } = await newCommand(session);
      expect(made.token).toMatch(/^[a-z0-9]{26}$/);
      const one = `/commands/${made.id}`;
      expect(await session.admin('GET', one)).toMatchObject(made);
      const all = `/commands?team_id=${session.team}&custom_only=true`;
      expect(await session.admin('GET', all)).toContainEqual(expect.objectContaining({ id: made.id }));
      const changed = { ...made, trigger: `Other${newId()}`, url: 'http://127.0.0.1:1/other' };
      expect(await session.admin('PUT', one, changed)).toMatchObject({ trigger: changed.trigger.toLowerCase() });
      const { token } = await session.admin('PUT', `${one}/regen_token`);
      expect(token).not.toBe(made.token);
      expect(await session.admin('DELETE', one)).toEqual({ status: 'OK' });
      await refused(session.admin('GET', one), 404, 'store.sql_command.save.get.app_error');
    });

    test('is not made by a bot that may not, twice, or without an address', async () => {
      const { trigger, id } = await newCommand(session);
      const command = { team_id: session.team, trigger, method: 'P', url: 'http://127.0.0.1:1/' };
      await refused(session.bot('POST', '/commands', { ...command, trigger: 'mine' }), ...FORBIDDEN);
      await refused(session.bot('GET', `/commands/${id}`), 404, 'store.sql_command.save.get.app_error');
      await refused(session.bot('GET', `/commands?team_id=${session.team}&custom_only=true`), ...FORBIDDEN);
      await refused(session.bot('GET', '/commands'), ...BAD_BODY);
      const make = (more: object) => session.admin('POST', '/commands', { ...command, trigger: newId(), ...more });
      await refused(make({ trigger }), 400, 'api.command.duplicate_trigger.app_error');
      await refused(make({ trigger: 'help' }), 400, 'api.command.duplicate_trigger.app_error');
      await refused(make({ trigger: 'a b' }), 400, 'model.command.is_valid.trigger.app_error');
      await refused(make({ url: '' }), 400, 'model.command.is_valid.url.app_error');
      await refused(make({ url: 'ftp://a' }), 400, 'model.command.is_valid.url_http.app_error');
      await refused(make({ method: 'PUT' }), 400, 'model.command.is_valid.method.app_error');
      await refused(make({ description: 'x'.repeat(129) }), 400, 'model.command.is_valid.description.app_error');
      await refused(make({ display_name: 'x'.repeat(65) }), 400, 'model.command.is_valid.display_name.app_error');
    });

    test('is sent as a form with its token', async () => {
      const { path, token, trigger } = await newCommand(session);

      await session.dev.command(`/${trigger.toUpperCase()} help  me @k8sgpt`);

      const { headers, method } = session.integration.last(path);
      expect(method).toBe('POST');
      expect(headers).toMatchObject({
        authorization: `Token ${token}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      });
      expect(formOf(session, path)).toEqual({
        channel_id: session.channel,
        channel_name: 'ops',
        command: path,
        response_url: expect.stringMatching(new RegExp(`^${session.url}/hooks/commands/[a-z0-9]{26}$`)),
        team_domain: 'platform',
        team_id: session.team,
        text: 'help  me @k8sgpt',
        token,
        trigger_id: expect.any(String),
        user_id: session.dev.id,
        user_mentions: 'k8sgpt',
        user_mentions_ids: session.settings.MATTERMOST_BOT_USER_ID,
        user_name: 'dev',
      });
    });

    test('is answered to one person alone, where it was called', async () => {
      const { path, trigger } = await newCommand(session);
      const root = await session.post('root');
      session.integration.answer(path, { text: 'only <http://a.example|you>', attachments: [{ text: 'more' }] });

      const answer = await session.dev.command(`/${trigger}`, { thread: root.id });

      expect(answer).toMatchObject({ goto_location: '', trigger_id: expect.any(String) });
      const seen = await session.dev.whispered(({ text }) => text.startsWith('only you'));
      expect(seen).toMatchObject({ thread: root.id, text: 'only you\nmore', live: ['http://a.example'] });
      expect(seen.post).toMatchObject({ message: 'only [you](http://a.example)', user_id: session.dev.id });
    });

    test('is answered to all as the person who ran it', async () => {
      const { path, trigger } = await newCommand(session);
      const text = `for all ${newId()}`;
      session.integration.answer(path, { response_type: 'in_channel', text, skip_slack_parsing: true });

      await session.dev.command(`/${trigger}`);

      const found = (await session.dev.posts()).find((one) => one.text === text);
      expect(found?.post).toMatchObject({ user_id: session.dev.id, props: { from_webhook: 'true' } });
    });

    test('is answered with plain text too, and with nothing', async () => {
      const { path, trigger } = await newCommand(session);
      session.integration.answer(path, 'just words');
      await session.dev.command(`/${trigger}`);
      await session.dev.whispered(({ text }) => text === 'just words');
      session.integration.answer(path, { body: '{}' });
      const before = session.dev.whispers().length;
      expect(await session.dev.command(`/${trigger}`)).toMatchObject({ text: '' });
      expect(session.dev.whispers()).toHaveLength(before);
    });

    test('fails where it is answered with an error, with what is no JSON, or by nobody', async () => {
      const { path, trigger, id, ...rest } = await newCommand(session);
      session.integration.answer(path, { status: 500, body: 'oh' });
      const run = () => session.dev.command(`/${trigger}`);
      await refused(run(), 500, 'api.command.execute_command.failed_resp.app_error');
      session.integration.answer(path, { body: 'oh' });
      await refused(run(), 500, 'api.command.execute_command.failed.app_error');
      session.integration.answer(path, { body: '' });
      await refused(run(), 500, 'api.command.execute_command.failed.app_error');
      await session.admin('PUT', `/commands/${id}`, { ...rest, id, trigger, url: 'http://127.0.0.1:1/' });
      await refused(run(), 500, 'api.command.execute_command.failed.app_error');
    });

    test('is not run where there is none, or where one may not be', async () => {
      const { trigger } = await newCommand(session);
      await refused(session.dev.command('/nothing'), 404, 'api.command.execute_command.not_found.app_error');
      await refused(session.dev.command('nothing'), 400, 'api.command.execute_command.start.app_error');
      const channel = await session.newChannel('P');
      await refused(session.dev.command(`/${trigger}`, { channel }), ...FORBIDDEN);
    });

    test('is run in a direct channel, in the name of the team that one looks at', async () => {
      const { path, trigger } = await newCommand(session);
      const channel = await session.dev.direct(session.settings.MATTERMOST_BOT_USER_ID);
      await session.dev.command(`/${trigger}`, { channel });
      expect(formOf(session, path)).toMatchObject({
        channel_id: channel,
        team_id: session.team,
        team_domain: 'platform',
      });
    });

    test('is answered later, up to five times', async () => {
      const { path, trigger } = await newCommand(session);
      await session.dev.command(`/${trigger}`);
      const { response_url = '' } = formOf(session, path);
      const respond = (url: string, answer: object) =>
        fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });

      for (let time = 1; time <= 5; time++) {
        expect((await respond(response_url, { text: `later ${trigger} ${time}` })).status).toBe(200);
      }

      await session.dev.whispered(({ text }) => text === `later ${trigger} 5`);
      const used = await respond(response_url, { text: 'late' });
      expect([used.status, await used.json()]).toMatchObject([400, { id: 'app.command_webhook.try_use.invalid' }]);
      const unknown = await respond(response_url.replace(/\w+$/, newId()), { text: 'late' });
      expect([unknown.status, await unknown.json()]).toMatchObject([404, { id: 'app.command_webhook.get.missing' }]);
    });
  });
}
