import { Refusal } from './refusal.ts';

/** The answer of an integration. */
export interface Answer {
  status: number;
  type: string;
  body: string;
}

/** How the server calls an integration. */
export interface Integrations {
  /** As `DoActionRequest`: JSON, which must be answered with 200. */
  act(url: string, body: unknown): Promise<Answer>;
  /** Sends a form with the token of a command; rejects where nobody answers. */
  command(url: string, form: URLSearchParams, token: string, method: string): Promise<Answer>;
}

interface Options {
  timeoutMs: number;
  /** Whether it calls addresses of its own network (`AllowedUntrustedInternalConnections`). */
  callsInternal: boolean;
}

export function createIntegrations({ timeoutMs, callsInternal }: Options): Integrations {
  async function send(url: string, init: RequestInit): Promise<Answer> {
    if (!callsInternal && /^https?:\/\/(127\.|localhost|10\.|192\.168\.)/.test(url)) {
      throw new Error('address forbidden, you may need to set AllowedUntrustedInternalConnections');
    }
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: await response.text(),
    };
  }

  return {
    async act(url, body) {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const answer = await send(url, { method: 'POST', body: JSON.stringify(body), headers }).catch((error) => {
        throw failed(`err=${error}`);
      });
      if (answer.status !== 200) throw failed(`status=${answer.status}`);
      return answer;
    },
    command(url, form, token, method) {
      const headers = { accept: 'application/json', authorization: `Token ${token}` };
      if (method === 'G') return send(`${url}${url.includes('?') ? '&' : '?'}${form}`, { headers });
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return send(url, { method: 'POST', body: form.toString(), headers: { ...headers, ...type } });
    },
  };
}

export function failed(detail: string): Refusal {
  return new Refusal(400, 'api.post.do_action.action_integration.app_error', detail);
}
