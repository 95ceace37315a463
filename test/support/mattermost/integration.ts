import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A call of an integration. */
export interface IntegrationCall {
  path: string;
  method: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface IntegrationAnswer {
  status?: number;
  type?: string;
  body?: string;
  /** It takes so long. */
  afterMs?: number;
}

/** A program that Mattermost calls. */
export interface Integration {
  url: string;
  calls: IntegrationCall[];
  /** Says how the path is answered from now on; else with `{}`. */
  answer(path: string, answer: object | IntegrationAnswer | string): void;
  last(path: string): IntegrationCall;
  close(): Promise<void>;
}

export async function startIntegration(): Promise<Integration> {
  const calls: IntegrationCall[] = [];
  const answers = new Map<string, IntegrationAnswer>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { url: path = '', method = '', headers } = request;
    calls.push({ path, method, headers, body });
    const { status = 200, type = 'application/json', body: said = '{}', afterMs = 0 } = answers.get(path) ?? {};
    await sleep(afterMs);
    response.writeHead(status, { 'content-type': type }).end(said);
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer(path, answer) {
      const isRaw =
        typeof answer === 'object' &&
        ('status' in answer || 'type' in answer || 'body' in answer || 'afterMs' in answer);
      if (isRaw) answers.set(path, answer as IntegrationAnswer);
      else if (typeof answer === 'string') answers.set(path, { type: 'text/plain', body: answer });
      else answers.set(path, { body: JSON.stringify(answer) });
    },
    last(path) {
      const call = calls.findLast((one) => one.path === path);
      if (!call) throw new Error(`no call of ${path}`);
      return call;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
