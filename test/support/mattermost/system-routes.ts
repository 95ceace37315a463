import { type Handler, type Parts, Reply, type Routes } from './call.ts';
import { newId } from './ids.ts';
import { wordsOf } from './json.ts';
import { ROLES } from './permissions.ts';
import { badBody, Refusal } from './refusal.ts';

/** Routes that ask for no session (`APIHandler`). */
export const OPEN = [
  'GET /system/ping',
  'GET /config/client',
  'POST /users',
  'POST /users/login',
  'POST /actions/dialogs/open',
  'POST /hooks/commands/:hook',
  'POST /hooks/:hook',
];

/** api4/system.go, api4/config.go, api4/role.go, api4/webhook.go and the incoming webhooks of web/webhook.go */
export function systemRoutes({ state, may, posts, seals, version, config: given }: Parts): Routes {
  const config: Handler = ({ query, user, site }) => {
    const format = query.get('format') ?? '';
    if (format === '') throw new Refusal(501, 'api.config.client.old_format.app_error');
    if (format !== 'old') throw badBody('format');
    const all = {
      Version: version,
      BuildNumber: '',
      BuildEnterpriseReady: 'false',
      SiteName: 'Mattermost',
      SiteURL: site,
      AsymmetricSigningPublicKey: seals.publicKey,
      EnableDeveloper: 'true',
    };
    const more = {
      EnableCommands: 'true',
      EnableFileAttachments: 'true',
      MaxFileSize: '104857600',
      MaxPostSize: '16383',
      PostEditTimeLimit: '-1',
    };
    return { ...all, ...(user !== '' && more), ...given };
  };

  const addHook: Handler = ({ body, user }) => {
    const { channel_id = '' } = (body ?? {}) as { channel_id?: string };
    const { team_id } = state.channel(channel_id);
    may.require(may.inTeam(user, team_id, 'manage_incoming_webhooks'), 'manage_incoming_webhooks');
    const hook = { id: newId(), user, channel: channel_id };
    state.incomingHooks.set(hook.id, hook);
    return { id: hook.id, channel_id, team_id, user_id: user };
  };

  /** A post of another program, as a webhook's are. */
  const postByHook: Handler = ({ params: { hook: id = '' }, body }) => {
    const hook = state.incomingHooks.get(id);
    if (!hook) throw new Refusal(400, 'web.incoming_webhook.invalid.app_error');
    const {
      text = '',
      attachments,
      props,
    } = (body ?? {}) as {
      text?: string;
      attachments?: unknown[];
      props?: Record<string, unknown>;
    };
    if (text === '' && !attachments) throw new Refusal(400, 'web.incoming_webhook.text.app_error');
    posts.create({
      channel_id: hook.channel,
      user_id: hook.user,
      message: text,
      type: attachments ? 'slack_attachment' : '',
      props: { ...props, from_webhook: 'true', ...(attachments ? { attachments } : {}) },
    });
    return new Reply(200, 'ok', { 'content-type': 'text/plain' });
  };

  return {
    'GET /system/ping': () => ({
      AndroidLatestVersion: '',
      AndroidMinVersion: '',
      IosLatestVersion: '',
      IosMinVersion: '',
      status: 'OK',
    }),
    'GET /config/client': config,
    'POST /roles/names': ({ body }) => {
      const names = wordsOf(body);
      if (names.length === 0) throw badBody('rolenames');
      return names.map((name) => ({ id: newId(), name, permissions: [...(ROLES[name] ?? [])] }));
    },
    'POST /hooks/incoming': addHook,
    'POST /hooks/:hook': postByHook,
  };
}
