/** What the app may do by deploy/slack/manifest.yaml; without one of these a part of it is silent. */
export const SCOPES = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'files:write',
  'channels:history',
  'groups:history',
  'im:history',
  'mpim:history',
  'im:write',
];
