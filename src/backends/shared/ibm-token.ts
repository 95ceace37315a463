import { field } from './json.ts';

/** IBM Cloud's service for tokens; `WATSONX_AI_AUTH_URL` names another one, as for IBM's own SDK. */
const IAM_URL = 'https://iam.cloud.ibm.com';
/** So long before its end a token is no longer sent. */
const MARGIN_MS = 60_000;
const PATIENCE_MS = 30_000;

/**
 * Gives the token that an API key of IBM Cloud is exchanged for, kept until shortly before its end (an hour). What is a
 * token already, as on IBM's software in a cluster of one's own, is sent as it is.
 */
export function ibmToken(key: string, env: NodeJS.ProcessEnv): () => Promise<string> {
  let kept: { token: string; until: number } | undefined;

  return async () => {
    if (key.startsWith('eyJ')) return key;
    if (kept && Date.now() < kept.until) return kept.token;
    const response = await fetch(new URL('/identity/token', env.WATSONX_AI_AUTH_URL || IAM_URL), {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: key }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const token = field(body, 'access_token');
    const seconds = field(body, 'expires_in');
    if (!response.ok || typeof token !== 'string' || typeof seconds !== 'number') {
      // A key that IBM does not know is a bad request there.
      const status = response.status === 400 ? 401 : response.status;
      throw Object.assign(new Error('No token for the key.'), { status, headers: response.headers });
    }
    kept = { token, until: Date.now() + seconds * 1000 - MARGIN_MS };
    return token;
  };
}
