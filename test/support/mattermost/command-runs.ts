import { type Handler, type Parts, Reply, type Routes } from './call.ts';
import { isId, newId } from './ids.ts';
import type { Answer } from './integrations.ts';
import { type Json, membersOf } from './json.ts';
import { namesIn } from './mentions.ts';
import { Refusal } from './refusal.ts';
import { linksToMarkdown } from './slack-text.ts';
import type { Command } from './state.ts';

/** model/command_webhook.go, app/webhook.go: what a `response_url` can be used for. */
const HOOK_MS = 30 * 60_000;
const HOOK_USES = 5;
interface CommandAnswer {
  response_type?: string;
  text?: string;
  channel_id?: string;
  type?: string;
  props?: Json | null;
  goto_location?: string;
  skip_slack_parsing?: boolean;
  attachments?: unknown[] | null;
  extra_responses?: CommandAnswer[] | null;
}

interface Args {
  user: string;
  channel: string;
  root: string;
}

/** app/command.go and the `response_url` of web/webhook.go: what commands do. */
export function commandRuns({ state, may, posts, seals, integrations }: Parts): Routes {
  const execute: Handler = async ({ body, user, site }) => {
    const kinds = { command: 'string', channel_id: 'string', team_id: 'string', root_id: 'string' } as const;
    const given = membersOf<Record<keyof typeof kinds, string>>(body, kinds, 'command_args');
    const { command: line = '', channel_id = '', root_id: root = '' } = given;
    if (line.length <= 1 || !line.startsWith('/') || !isId(channel_id)) {
      throw new Refusal(400, 'api.command.execute_command.start.app_error');
    }
    may.require(may.inChannel(user, channel_id, 'use_slash_commands'), 'use_slash_commands');
    const channel = state.channel(channel_id);
    const team = channel.team_id || (given.team_id ?? '');
    if (channel.team_id === '' && !state.teams.get(team)?.members.has(user)) {
      may.require(may.inSystem(user, 'use_slash_commands'), 'use_slash_commands');
    }
    const [, trigger = '', text = ''] = /^\/(\S*)(?:\s(.*))?$/s.exec(line) ?? [];
    const found = [...state.commands.values()].find(
      (one) => one.team_id === team && one.trigger === trigger.toLowerCase(),
    );
    if (!found) throw new Refusal(404, 'api.command.execute_command.not_found.app_error');
    const args = { user, channel: channel_id, root };
    const { client, id } = seals.trigger(user);
    const form = new URLSearchParams({
      channel_id,
      channel_name: channel.name,
      command: `/${found.trigger}`,
      response_url: `${site}/hooks/commands/${hookOf(found, args)}`,
      team_domain: state.team(team).name,
      team_id: team,
      text,
      token: found.token,
      trigger_id: id,
      user_id: user,
      user_name: state.user(user).username,
    });
    addMentions(form, text, team);
    const answer = answerOf(await ask(found, form));
    respond(found, args, answer);
    return wireAnswer(answer, client);
  };

  /** The people of the team, and the open channels, that the text names. */
  function addMentions(form: URLSearchParams, text: string, team: string): void {
    for (const name of namesIn(text)) {
      const user = [...state.users.values()].find((one) => one.username === name);
      if (!user || !state.team(team).members.has(user.id)) continue;
      form.append('user_mentions', name);
      form.append('user_mentions_ids', user.id);
    }
    for (const [, name = ''] of text.matchAll(/\B~([a-zA-Z0-9.\-_]+)/g)) {
      const channel = [...state.channels.values()].find((one) => one.team_id === team && one.name === name);
      if (channel?.type !== 'O') continue;
      form.append('channel_mentions', name);
      form.append('channel_mentions_ids', channel.id);
    }
  }

  function hookOf(command: Command, { user, channel, root }: Args): string {
    const id = newId();
    state.commandHooks.set(id, { command: command.id, user, channel, root, made: state.now(), uses: 0 });
    return id;
  }

  async function ask(command: Command, form: URLSearchParams): Promise<Answer> {
    form.sort();
    const answer = await integrations.command(command.url, form, command.token, command.method).catch((error) => {
      throw new Refusal(500, 'api.command.execute_command.failed.app_error', String(error));
    });
    if (answer.status === 200) return answer;
    const words = `Command with a trigger of '${command.trigger}' returned response ${answer.status}.`;
    throw new Refusal(500, 'api.command.execute_command.failed_resp.app_error', answer.body, words);
  }

  /** `HandleCommandResponse`: a post of the one who ran the command, or one that they alone see. */
  function respond(command: Command, args: Args, answer: CommandAnswer): void {
    for (const one of [answer, ...(answer.extra_responses ?? [])]) {
      try {
        respondOnce(command, args, one);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal(500, 'api.command.execute_command.create_post_failed.app_error', error.id);
      }
    }
  }

  function respondOnce(_: Command, { user, channel, root }: Args, answer: CommandAnswer): void {
    const { response_type: kind = '', text = '', channel_id: elsewhere = '', props, type = '', attachments } = answer;
    if (elsewhere !== '' && !state.channels.get(elsewhere)?.members.has(user)) {
      throw new Refusal(403, 'api.command.command_post.forbidden.app_error');
    }
    if (type.startsWith('system_')) throw new Refusal(400, 'api.context.invalid_param.app_error');
    const draft = {
      channel_id: elsewhere || channel,
      user_id: user,
      root_id: root,
      message: answer.skip_slack_parsing ? text : linksToMarkdown(text),
      type: type || (attachments ? 'slack_attachment' : ''),
      props: { ...props, from_webhook: 'true', ...(attachments ? { attachments } : {}) },
    };
    if (kind === 'in_channel') posts.create(draft);
    else if ((kind === '' || kind === 'ephemeral') && (text !== '' || attachments)) posts.whisper(user, draft);
  }

  const respondLater: Handler = ({ params: { hook: id = '' }, headers, bytes }) => {
    const answer = parsed(headers['content-type'] ?? '', bytes.toString(), (error) => {
      throw new Refusal(400, 'web.command_webhook.parse.app_error', String(error));
    });
    const hook = state.commandHooks.get(id);
    if (!hook || state.now() - hook.made > HOOK_MS) throw new Refusal(404, 'app.command_webhook.get.missing');
    const command = state.commands.get(hook.command);
    if (!command) throw new Refusal(400, 'web.command_webhook.command.app_error');
    if (hook.uses >= HOOK_USES) throw new Refusal(400, 'app.command_webhook.try_use.invalid');
    hook.uses++;
    respond(command, hook, answer);
    return new Reply(200, 'ok', { 'content-type': 'text/plain' });
  };

  return {
    'POST /commands/execute': execute,
    'POST /hooks/commands/:hook': respondLater,
  };
}

function answerOf({ type, body }: Answer): CommandAnswer {
  return parsed(type, body, (error) => {
    throw new Refusal(500, 'api.command.execute_command.failed.app_error', String(error));
  });
}

/** `CommandResponseFromHTTPBody`: what is not said to be JSON is the text. */
function parsed(type: string, body: string, fail: (error: unknown) => never): CommandAnswer {
  if (type.split(';')[0]?.trim() !== 'application/json') return { text: body };
  try {
    return JSON.parse(body) as CommandAnswer;
  } catch (error) {
    return fail(error);
  }
}

function wireAnswer(answer: CommandAnswer, trigger: string): Json {
  return {
    response_type: answer.response_type ?? '',
    text: answer.text ?? '',
    username: '',
    channel_id: answer.channel_id ?? '',
    icon_url: '',
    type: answer.type ?? '',
    props: answer.props ?? null,
    goto_location: answer.goto_location ?? '',
    trigger_id: trigger,
    skip_slack_parsing: answer.skip_slack_parsing ?? false,
    attachments: answer.attachments ?? null,
    extra_responses: answer.extra_responses ?? null,
  };
}
