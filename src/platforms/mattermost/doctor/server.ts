import { type Dispatcher, fetch } from 'undici';
import { bad, type Finding, good, note } from '../../../checkup.ts';
import { isRecord } from '../../../shape.ts';
import type { Settings } from '../settings.ts';
import { whyUnreached } from '../unreached.ts';

const PING = '/api/v4/system/ping';
const TIMEOUT_MS = 10_000;
const FULL_POST = 16_383;

/** Whether there is a Mattermost at the address. */
export async function reach({ url }: Settings, dispatcher: Dispatcher | undefined): Promise<Finding> {
  const begun = Date.now();
  try {
    const response = await fetch(`${url}${PING}`, {
      // A redirect would take the token from our requests, and the body from those that post.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(dispatcher && { dispatcher }),
    });
    const to = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && to) return redirected(url, to);
    const answer: unknown = await response.json().catch(() => undefined);
    if (isRecord(answer) && 'status' in answer && response.ok) {
      return good(`Mattermost answers at ${url}, in ${Date.now() - begun} ms`);
    }
    if (response.status === 429 || response.status >= 500) {
      return bad(
        `${url} answers with ${response.status}`,
        'Look into the logs of Mattermost and of the proxy before it; it may be about to start.',
      );
    }
    return bad(
      `${url} leads to no Mattermost: ${url}${PING} is answered with ${response.status}, and not as Mattermost answers`,
      'Give MATTERMOST_URL as browsers show it, with https:// and the sub-path where there is one, such as https://example.com/chat.',
    );
  } catch (error) {
    const { why, cure } = whyUnreached(url, error);
    return bad(`Mattermost cannot be reached at ${url}: ${why}`, cure);
  }
}

function redirected(url: string, to: string): Finding {
  const target = URL.parse(to, `${url}${PING}`);
  const known = target?.pathname.endsWith(PING) && `${target.origin}${target.pathname.slice(0, -PING.length)}`;
  const cure = known
    ? `Set MATTERMOST_URL=${known}.`
    : 'Give MATTERMOST_URL as browsers show it in the end, with https:// and the sub-path where there is one.';
  return bad(`${url} sends us on to ${target?.href ?? to}, and a token is not sent on`, cure);
}

/** Whether we know this version. */
export function versionOf(text: string): Finding {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  if (!major) return note('The server does not tell its version, so nothing is known of it');
  if (major > 11) return note(`Version ${text} is newer than 11, with which k8sgpt-chat has been tried`);
  if (major >= 9) return good(`Version ${text}`);
  const cure = 'Update Mattermost to 9 or later.';
  if (major > 6 || (major === 6 && minor >= 7)) {
    return note(`Version ${text} works, but gets no corrections any more; 9 to 11 are supported`, cure);
  }
  return bad(`Version ${text} is too old: k8sgpt-chat needs 6.7`, cure);
}

/** What the server's settings let us do, as far as it tells its clients. */
export function* limitsOf(config: Record<string, unknown>, settings: Settings): Generator<Finding> {
  const said = (name: string) => String(config[name] ?? '');
  const console = (place: string) => `A system administrator sets that in System Console > ${place}.`;
  if (said('EnableCommands') === 'false' && settings.commandTokens.length > 0) {
    yield bad(
      'Custom slash commands are off (EnableCommands)',
      console('Integrations > Integration Management > Enable custom slash commands'),
    );
  }
  if (said('SiteURL') === '') {
    yield note(
      `The server does not know its own address (SiteURL), so links lead to ${settings.url}`,
      console('Environment > Web Server > Site URL'),
    );
  }
  if (said('EnableFileAttachments') === 'false') {
    yield note(
      'Files are off (EnableFileAttachments): charts are told in words, and long texts cannot be attached',
      console('Site Configuration > File Sharing and Downloads > Allow file sharing'),
    );
  }
  const letters = Number(said('MaxPostSize'));
  if (letters > 0 && letters < FULL_POST) {
    yield note(`A post takes ${letters} letters (MaxPostSize) of the usual ${FULL_POST}, so answers have more pages`);
  }
  const seconds = Number(said('PostEditTimeLimit') || -1);
  if (seconds >= 0) {
    yield note(
      `A post can be edited for ${seconds} s (PostEditTimeLimit): messages that are to change later are posted anew`,
      console('User Management > Permissions > the cogwheel beside Edit Posts'),
    );
  }
  if (said('AsymmetricSigningPublicKey') === '') {
    yield note(
      'The server tells no key for its signatures (AsymmetricSigningPublicKey), so who pressed a button is taken on trust',
      'Let nobody but Mattermost reach PUBLIC_URL, by your proxy or firewall.',
    );
  }
}
