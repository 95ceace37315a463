import { findAction } from './attachments.ts';
import { type Handler, OK, type Parts, type Routes } from './call.ts';
import { problemsOf } from './dialogs.ts';
import { failed } from './integrations.ts';
import type { Json } from './json.ts';
import { badBody, Refusal } from './refusal.ts';
import { RETAINED } from './seals.ts';
import { linksToMarkdown } from './slack-text.ts';

/** What an integration is asked to do, and what the server needs to act on its answer. */
interface Pressed {
  url: string;
  type: string;
  context: Json | undefined;
  channel: string;
  root: string;
  retain: Json;
  stored: boolean;
  dataSource: string;
}

/** api4/integration_action.go, app/integration_action.go */
export function actionRoutes({ state, may, posts, hub, seals, integrations, version }: Parts): Routes {
  function pressed(id: string, action: string, cookie: string): Pressed {
    const post = state.post(id);
    if (post) {
      const found = findAction(post.props.attachments ?? [], action);
      if (!found?.integration) throw new Refusal(404, 'api.post.do_action.action_id.app_error');
      return {
        url: found.integration.url ?? '',
        type: found.type ?? '',
        context: found.integration.context,
        channel: post.channel_id,
        root: post.root_id || post.id,
        retain: Object.fromEntries(Object.entries(post.props).filter(([name]) => RETAINED.includes(name))),
        stored: true,
        dataSource: found.data_source ?? '',
      };
    }
    if (cookie === '') throw new Refusal(404, 'app.post.get.app_error');
    const {
      type,
      post_id,
      root_post_id: root,
      channel_id: channel,
      integration,
      retain_props,
    } = seals.openCookie(cookie);
    if (!integration) throw failed('no Integration in action cookie');
    if (post_id !== id) throw failed("postId doesn't match");
    const { url = '', context } = integration;
    return { url, type, context, channel, root, retain: retain_props, stored: false, dataSource: '' };
  }

  const press: Handler = async ({ params: { post: id = '', action = '' }, body, user }) => {
    const { selected_option: option = '', cookie = '' } = (body ?? {}) as Record<string, string>;
    const allowed =
      cookie === ''
        ? may.byPost(user, id, 'read_channel')
        : may.inChannel(user, seals.openCookie(cookie).channel_id, 'read_channel');
    may.require(allowed, 'read_channel');
    const { url, type, context, channel, root, retain, stored, dataSource } = pressed(id, action, cookie);
    const { name: channel_name, team_id } = state.channel(channel);
    const trigger = seals.trigger(user);
    const chosen = type === 'select' && option !== '';
    const answer = await integrations.act(url, {
      user_id: user,
      user_name: state.user(user).username,
      channel_id: channel,
      channel_name,
      team_id,
      team_domain: state.teams.get(team_id)?.name ?? '',
      post_id: id,
      trigger_id: trigger.id,
      type,
      data_source: chosen ? dataSource : '',
      ...(context || chosen ? { context: chosen ? { ...context, selected_option: option } : context } : {}),
    });
    apply(answer.body === '' ? {} : parsed(answer.body));

    function apply({ update, ephemeral_text: whisper, skip_slack_parsing: asIs }: ActionAnswer): void {
      if (update) updatePost(update);
      if (!whisper) return;
      const message = asIs ? whisper : linksToMarkdown(whisper);
      posts.whisper(user, { channel_id: channel, root_id: root, user_id: user, message, props: retain });
    }

    function updatePost({ message = '', props, file_ids = [] }: NonNullable<ActionAnswer['update']>): void {
      const before = state.post(id)?.props ?? {};
      const kept = Object.fromEntries(Object.entries(props ?? {}).filter(([name]) => !RETAINED.includes(name)));
      const change = {
        message: message ?? '',
        file_ids: file_ids ?? [],
        is_pinned: state.post(id)?.is_pinned ?? false,
      };
      if (stored) posts.update(id, { ...change, props: props ? { ...kept, ...retain } : before });
      // The server looks for the post, and does not find it.
      else posts.update(id, { ...change, props: {} });
    }

    return { status: 'OK', trigger_id: trigger.client };
  };

  const open: Handler = ({ body }) => {
    if (typeof body !== 'object' || body === null) throw badBody('dialog');
    const { trigger_id = '', url = '', dialog } = body as { trigger_id?: string; url?: string; dialog?: Json };
    if (url === '') throw badBody('url');
    const { client, user } = seals.openTrigger(trigger_id);
    const problems = problemsOf(dialog, version);
    if (problems.length > 0) throw badBody('dialog', problems.join('; '));
    hub.publish(
      'open_dialog',
      { user },
      { dialog: JSON.stringify({ trigger_id: client, url, dialog: filled(dialog) }) },
    );
    return OK;
  };

  const submit: Handler = async ({ body, user }) => {
    if (typeof body !== 'object' || body === null) throw badBody('dialog');
    const { url = '', ...rest } = body as Record<string, unknown> & { url?: string };
    if (url === '') throw badBody('url');
    const { channel_id = '', team_id = '' } = rest as Record<string, string>;
    may.require(may.inChannel(user, channel_id, 'read_channel'), 'read_channel');
    may.require(may.inTeam(user, team_id, 'view_team'), 'view_team');
    const answer = await integrations.act(url, {
      type: 'dialog_submission',
      callback_id: rest.callback_id ?? '',
      state: rest.state ?? '',
      user_id: user,
      channel_id,
      team_id,
      submission: rest.submission ?? null,
      cancelled: rest.cancelled ?? false,
    });
    // What is no JSON is as good as nothing.
    try {
      const { error, errors } = JSON.parse(answer.body) as { error?: string; errors?: Json };
      return { ...(error ? { error } : {}), ...(errors ? { errors } : {}) };
    } catch {
      return {};
    }
  };

  return {
    'POST /posts/:post/actions/:action': press,
    'POST /actions/dialogs/open': open,
    'POST /actions/dialogs/submit': submit,
  };
}

interface ActionAnswer {
  update?: { message?: string; props?: Json; file_ids?: string[] } | null;
  ephemeral_text?: string;
  skip_slack_parsing?: boolean;
}

function parsed(body: string): ActionAnswer {
  try {
    return JSON.parse(body) as ActionAnswer;
  } catch (error) {
    throw failed(`err=${error}`);
  }
}

/** The dialog as the person's client gets it: with all members of the server's struct. */
function filled(dialog: Json = {}): Json {
  const words = ['callback_id', 'title', 'introduction_text', 'icon_url', 'submit_label', 'state'];
  const element = ['display_name', 'name', 'type', 'subtype', 'default', 'placeholder', 'help_text', 'data_source'];
  const all = (names: string[], from: Json) => Object.fromEntries(names.map((name) => [name, from[name] ?? '']));
  return {
    ...all(words, dialog),
    notify_on_cancel: dialog.notify_on_cancel ?? false,
    elements:
      (dialog.elements as Json[] | undefined)?.map((one) => ({
        ...all(element, one),
        optional: one.optional ?? false,
        min_length: one.min_length ?? 0,
        max_length: one.max_length ?? 0,
        options: one.options ?? null,
        ...(one.multiselect === true && { multiselect: true }),
      })) ?? null,
  };
}
