import type { BackendSettings } from '../../backend.ts';
import type { About } from './error-words.ts';
import { USER_AGENT } from './http.ts';

const CREDENTIALS = 'the AWS credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY)';

/** What the clients of AWS have in common. */
export interface AwsConfig {
  region: string;
  maxAttempts: number;
  endpoint?: string;
  profile?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** A client's configuration; without keys in the environment, the SDK goes through its chain of profiles and roles. */
export function awsConfig({ region = '', baseUrl }: BackendSettings, env: NodeJS.ProcessEnv): AwsConfig {
  const { AWS_PROFILE: profile, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  const credentials = { accessKeyId: id ?? '', secretAccessKey: secret ?? '', ...(token && { sessionToken: token }) };
  return {
    region,
    maxAttempts: 1,
    ...(baseUrl && { endpoint: baseUrl }),
    ...(profile && { profile }),
    ...(!profile && id && secret && { credentials }),
  };
}

/** What errors of AWS's services are told with. */
export function awsAbout(service: string, settings: BackendSettings, env: NodeJS.ProcessEnv): Partial<About> {
  return {
    ...(!settings.baseUrl && { address: `https://${service}.${settings.region}.amazonaws.com` }),
    ...(!settings.key && { credentials: CREDENTIALS }),
    secrets: [env.AWS_SECRET_ACCESS_KEY ?? '', env.AWS_SESSION_TOKEN ?? ''],
  };
}

interface Client {
  middlewareStack: {
    add(middleware: (next: Handler) => Handler, options: { step: 'build'; priority: 'low'; name: string }): void;
  };
}

type Handler = (args: { request?: unknown }) => Promise<unknown>;

/** Sends these headers with every request of a client, signed like its own, and none that tell about the machine. */
export function sendHeaders(client: unknown, headers: Record<string, string> = {}): void {
  const { middlewareStack } = client as Client;
  const middleware =
    (next: Handler): Handler =>
    (args) => {
      const request = args.request as { headers: Record<string, string> };
      delete request.headers['x-amz-user-agent'];
      Object.assign(request.headers, { 'user-agent': USER_AGENT }, headers);
      return next(args);
    };
  // Behind the SDK's own, of the same priority.
  middlewareStack.add(middleware, { step: 'build', priority: 'low', name: 'ownHeaders' });
}
