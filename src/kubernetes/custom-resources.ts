import {
  type ApiObject,
  type ObjectName,
  ResourceError,
  type ResourceFault,
  type Resources,
  type ResourceType,
  type WatchEvent,
} from '../custom-resources.ts';
import { UserError } from '../errors.ts';
import { isRecord } from '../shape.ts';
import { credentialsOf, type Identity } from './credentials.ts';
import { apiPath, parseObject } from './discovery.ts';
import { StatusError, unreachable } from './faults.ts';
import type { ConnectOptions } from './index.ts';
import { type Access, loadAccess } from './kubeconfig.ts';
import { type Pause, pause } from './session.ts';
import { type Answer, createTransport, type Outgoing } from './transport.ts';

const REQUEST_MS = 15_000;
const TRIES = 4;
const RETRY_AFTER_MAX_S = 10;
/** The server ends a watch after so long, and it is opened anew; a connection that died in silence is found out by it. */
const WATCH_S = 240;
const PAGE = 500;

/** Reads and writes objects of the cluster that a kubeconfig names. Throws `UserError` where that cannot be used. */
export async function connectResources(options: ConnectOptions): Promise<Resources> {
  const access = await loadAccess(options);
  const connection = createTransport(access, options.env);
  // Apart, since a watch holds its connection, and a Lease must be renewed however much is being written.
  const watching = createTransport(access, options.env);
  const send = createSender(access, connection.send, credentialsOf(access).identify, options.pause ?? pause);
  const watchIdentity = credentialsOf(access);

  async function get(type: ResourceType, name: ObjectName, signal: AbortSignal): Promise<ApiObject | undefined> {
    try {
      return asObject(await send({ method: 'GET', path: pathOf(type, name) }, { verb: 'get', type }, signal), type);
    } catch (error) {
      if (error instanceof ResourceError && error.fault === 'missing') return undefined;
      throw error;
    }
  }

  async function write(
    method: 'POST' | 'PUT',
    type: ResourceType,
    object: ApiObject,
    path: string,
    signal: AbortSignal,
  ) {
    const json = JSON.stringify({ apiVersion: versionOf(type), kind: type.kind, ...object });
    const verb = method === 'POST' ? 'create' : 'update';
    return asObject(await send({ method, path, body: { json } }, { verb, type }, signal), type);
  }

  return {
    get,
    async list(type, { namespace, selector }, signal) {
      const objects: ApiObject[] = [];
      for (let next = ''; ; ) {
        const query = new URLSearchParams({ limit: String(PAGE), ...(selector && { labelSelector: selector }) });
        if (next) query.set('continue', next);
        const path = `${collection(type, namespace)}?${query}`;
        const body = parsed(await send({ method: 'GET', path }, { verb: 'list', type }, signal), type);
        const metadata = isRecord(body.metadata) ? body.metadata : {};
        if (Array.isArray(body.items)) objects.push(...body.items.filter(isObject));
        next = String(metadata.continue ?? '');
        if (!next) return { objects, version: String(metadata.resourceVersion ?? '') };
      }
    },
    async watch(type, version, on, signal) {
      const query = new URLSearchParams({
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: version,
        timeoutSeconds: String(WATCH_S),
      });
      try {
        const identity = await watchIdentity.identify();
        const answer = await watching.stream(`${collection(type)}?${query}`, identity, signal);
        if (!('lines' in answer)) throw new StatusError(answer.status, answer.text);
        for await (const line of answer.lines) if (line) on(eventOf(line, type));
      } catch (error) {
        signal.throwIfAborted();
        throw told(error, { verb: 'watch', type }, access);
      }
    },
    create: (type, object, signal) => write('POST', type, object, collection(type, object.metadata.namespace), signal),
    update: (type, object, signal) => write('PUT', type, object, pathOf(type, object.metadata), signal),
    async patchStatus(type, name, status, signal) {
      const body = { json: JSON.stringify({ status }), type: 'application/merge-patch+json' };
      const request = { method: 'PATCH', path: `${pathOf(type, name)}/status`, body } as const;
      return asObject(await send(request, { verb: 'patch', type, subresource: 'status' }, signal), type);
    },
    async delete(type, { uid, ...name }, signal) {
      const json = JSON.stringify(uid ? { preconditions: { uid } } : {});
      try {
        await send({ method: 'DELETE', path: pathOf(type, name), body: { json } }, { verb: 'delete', type }, signal);
        return true;
      } catch (error) {
        // Another object of the same name is not the one that was meant.
        if (error instanceof ResourceError && /^(missing|conflict)$/.test(error.fault)) return false;
        throw error;
      }
    },
    async secretValue(name, key, signal) {
      const secret = await get(SECRET, name, signal);
      const value = isRecord(secret?.data) ? secret.data[key] : undefined;
      return typeof value === 'string' ? Buffer.from(value, 'base64').toString().trim() : undefined;
    },
    async close() {
      await Promise.all([connection.close(), watching.close()]);
    },
  };
}

const SECRET: ResourceType = { kind: 'Secret', group: '', version: 'v1', plural: 'secrets' };

/** What is being done, for messages. */
interface Doing {
  verb: string;
  type: ResourceType;
  subresource?: string;
}

type Send = (request: Outgoing, identity: Identity, signal: AbortSignal) => Promise<Answer>;

/** Sends with the account's credentials, again where the server asks for patience; anything but success is thrown. */
function createSender(access: Access, send: Send, identify: (fresh?: boolean) => Promise<Identity>, wait: Pause) {
  async function attempt(request: Outgoing, fresh: boolean, signal: AbortSignal): Promise<Answer> {
    return send(request, await identify(fresh), AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]));
  }

  return async (request: Outgoing, doing: Doing, signal: AbortSignal): Promise<Answer> => {
    try {
      for (let tries = 1; ; tries++) {
        let answer = await attempt(request, false, signal);
        if (answer.status === 401) answer = await attempt(request, true, signal);
        if (answer.status < 300) return answer;
        const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
        const busy = answer.status === 429 || (answer.status >= 500 && Number.isFinite(seconds));
        if (!busy || tries === TRIES) throw new StatusError(answer.status, answer.text);
        await wait(Math.min(seconds || 1, RETRY_AFTER_MAX_S) * 1000 * (1 + Math.random() / 5), signal);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw told(error, doing, access);
    }
  };
}

function told(error: unknown, { verb, type, subresource }: Doing, access: Access): ResourceError {
  if (error instanceof ResourceError) return error;
  if (error instanceof UserError) return new ResourceError('unreachable', error.message);
  if (!(error instanceof StatusError)) return new ResourceError('unreachable', unreachable(error, access).message);
  const resource = subresource ? `${type.plural}/${subresource}` : type.plural;
  const fault = faultOf(error);
  if (fault === 'forbidden') {
    const rule = `{apiGroups: ["${type.group}"], resources: ["${resource}"], verbs: ["${verb}"]}`;
    return new ResourceError(fault, `The account lacks "${verb}" on "${resource}"; add the rule ${rule} to its role.`);
  }
  if (fault === 'missing' && (verb === 'list' || verb === 'watch' || verb === 'create')) {
    const what = `${type.plural}.${type.group}`;
    return new ResourceError(fault, `The cluster does not serve ${what}, or the namespace is gone; install its CRD.`);
  }
  return new ResourceError(fault, `Could not ${verb} ${resource}: ${error.said || error.message}.`);
}

function faultOf({ status, said }: StatusError): ResourceFault {
  if (status === 409) return /already exists/.test(said) ? 'exists' : 'conflict';
  const faults: Record<number, ResourceFault> = {
    401: 'forbidden',
    403: 'forbidden',
    404: 'missing',
    410: 'expired',
    400: 'invalid',
    422: 'invalid',
  };
  return faults[status] ?? 'failed';
}

function eventOf(line: string, type: ResourceType): WatchEvent {
  const event = parseObject(line) ?? {};
  const object = isRecord(event.object) ? event.object : {};
  if (event.type === 'ERROR') throw new StatusError(Number(object.code ?? 500), JSON.stringify(object));
  const version = String((isRecord(object.metadata) && object.metadata.resourceVersion) || '');
  if (event.type === 'BOOKMARK') return { type: 'bookmark', version };
  if (!isObject(object)) throw new ResourceError('failed', `The server sent no ${type.kind} where one was watched.`);
  return { type: event.type === 'DELETED' ? 'deleted' : 'set', object, version };
}

function collection(type: ResourceType, namespace?: string): string {
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${apiPath(type.group, type.version)}${within}/${type.plural}`;
}

function pathOf(type: ResourceType, { namespace, name }: ObjectName): string {
  return `${collection(type, namespace)}/${encodeURIComponent(name)}`;
}

function versionOf({ group, version }: ResourceType): string {
  return group ? `${group}/${version}` : version;
}

function parsed({ text }: Answer, type: ResourceType): Record<string, unknown> {
  const body = parseObject(text);
  if (body) return body;
  throw new ResourceError('failed', `The server answered for ${type.plural} with something that is no object.`);
}

function asObject(answer: Answer, type: ResourceType): ApiObject {
  const body = parsed(answer, type);
  if (isObject(body)) return body;
  throw new ResourceError('failed', `The server answered for ${type.plural} with an object without a name.`);
}

function isObject(value: unknown): value is ApiObject {
  if (!isRecord(value) || !isRecord(value.metadata)) return false;
  return typeof value.metadata.name === 'string' && typeof value.metadata.namespace === 'string';
}
