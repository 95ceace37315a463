import type { Inspector, ListOptions, LogOptions, RawObject, Resource } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { findResource, type NamedResource } from '../resources.ts';
import { isRecord } from '../shape.ts';
import { pluralOf } from '../words.ts';
import { apiPath, parseObject } from './discovery.ts';
import { AnswerError, forbidden, StatusError, unreachable } from './faults.ts';
import { TABLE } from './list.ts';
import { isLost, logFault } from './log-faults.ts';
import { servedResources } from './resources.ts';
import { Session, type Settings } from './session.ts';
import { BodyTooLarge } from './transport.ts';

/** Who looks closer waits for it, so a server that says nothing is given up sooner than by an analysis. */
const SILENCE_MAX_MS = 20_000;
/** So long a server is taken to serve what it served. */
const SERVED_MS = 5 * 60_000;
/** A type that nobody knew may have been installed meanwhile. */
const SERVED_AGAIN_MS = 20_000;
/** Objects a request. */
const PAGE = 1000;

/** Looks at single objects of a live cluster, a request each; lists take one for every thousand objects. */
export function liveInspector(settings: Settings): Inspector {
  const { access } = settings;
  let served: { resources: readonly NamedResource[]; at: number } | undefined;
  /** How far the server's clock is ahead of this machine's. */
  let ahead = 0;

  /** Sends the requests of one look under one deadline. What is no `StatusError` ends it as a `UserError`. */
  async function ask<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const timeoutMs = Math.min(settings.timeoutMs, SILENCE_MAX_MS);
    const session = new Session({ ...settings, timeoutMs }, signal);
    try {
      return await work(session);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof StatusError || error instanceof UserError ? error : unreachable(error, access);
    } finally {
      session.end();
    }
  }

  async function get(session: Session, path: string, accept?: string): Promise<Record<string, unknown>> {
    const { text, headers } = await session.get(path, accept);
    const at = Date.parse(String(headers.date));
    if (at) ahead = at - Date.now();
    const body = parseObject(text);
    if (!body) throw new AnswerError(`${path} gave no JSON object`);
    return body;
  }

  async function resources(signal: AbortSignal, maxAgeMs = SERVED_MS): Promise<readonly NamedResource[]> {
    if (served && Date.now() - served.at <= maxAgeMs) return served.resources;
    try {
      served = { resources: await ask(signal, servedResources), at: Date.now() };
      return served.resources;
    } catch (error) {
      signal.throwIfAborted();
      // Without knowing what is served nothing else can be asked, whatever the answer was.
      throw unreachable(error, access);
    }
  }

  async function page(
    session: Session,
    resource: Resource,
    { namespace, selector, fields, limit }: ListOptions,
    token: string,
  ): Promise<{ objects: RawObject[]; token: string }> {
    const query = new URLSearchParams({
      limit: String(limit),
      ...(selector && { labelSelector: selector }),
      ...(fields && { fieldSelector: fields }),
      ...(token && { continue: token }),
    });
    const secret = isSecret(resource);
    const body = await get(session, `${pathOf(resource, namespace)}?${query}`, secret ? TABLE : undefined);
    const objects = (secret ? secretsOf(body) : itemsOf(body)).map((each) => typed(each, resource));
    const next = isRecord(body.metadata) ? body.metadata.continue : undefined;
    return { objects, token: typeof next === 'string' ? next : '' };
  }

  /** Whether there are more than the limit lets in. */
  async function listInto(objects: RawObject[], session: Session, resource: Resource, options: ListOptions) {
    let size = PAGE;
    for (let token = ''; ; ) {
      const limit = Math.min(size, options.limit - objects.length);
      try {
        const next = await page(session, resource, { ...options, limit }, token);
        objects.push(...next.objects);
        token = next.token;
      } catch (error) {
        if (!(error instanceof BodyTooLarge) || limit <= 1) throw error;
        size = Math.ceil(limit / 8);
        continue;
      }
      if (token === '' || objects.length >= options.limit) return token !== '';
    }
  }

  async function list(resource: Resource, options: ListOptions, signal: AbortSignal) {
    const objects: RawObject[] = [];
    try {
      const more = await ask(signal, (session) => listInto(objects, session, resource, options));
      return { objects, more };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.status === 403) throw new UserError(forbidden(resource, options.namespace));
      // The list went on for longer than the server remembers: what came is worth more than nothing.
      if (error.status === 410 && objects.length > 0) return { objects, more: true };
      if (error.status === 404) return { objects, more: false };
      throw new UserError(`${pluralOf(resource.kind)} could not be listed: ${error.message}.`);
    }
  }

  async function one(
    resource: Resource,
    name: string,
    namespace: string | undefined,
    signal: AbortSignal,
  ): Promise<RawObject | undefined> {
    if (isSecret(resource)) {
      // A list of one, since getting a Secret takes the right to read its contents by name.
      const { objects } = await list(resource, secretOptions(name, namespace), signal);
      return objects[0];
    }
    try {
      const path = `${pathOf(resource, namespace)}/${segment(name)}`;
      return typed(await ask(signal, (session) => get(session, path)), resource);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.status === 404) return undefined;
      if (error.status === 403) throw new UserError(forbidden(resource, namespace, 'get'));
      throw new UserError(`${resource.kind} ${name} could not be read: ${error.message}.`);
    }
  }

  async function logs(options: LogOptions, signal: AbortSignal): Promise<string> {
    const { namespace, pod, container, previous, sinceSeconds, lines, bytes } = options;
    const query = new URLSearchParams({
      tailLines: String(lines),
      limitBytes: String(bytes),
      timestamps: 'false',
      ...(container && { container }),
      ...(previous && { previous: 'true' }),
      ...(sinceSeconds && { sinceSeconds: String(sinceSeconds) }),
    });
    const path = `${pathOf(POD, namespace)}/${segment(pod)}/log?${query}`;
    try {
      const { text } = await ask(signal, (session) => session.get(path, '*/*'));
      if (isLost(text)) throw new UserError(`The node no longer has this log of Pod ${namespace}/${pod}.`);
      // The last letter may have been cut in two.
      return text.replace(/\ufffd$/, '');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      throw await logFault(error, options, () => one(POD, pod, namespace, signal));
    }
  }

  return {
    now: () => Date.now() + ahead,
    resources: (signal) => resources(signal),
    async resource(word, signal) {
      const known = findResource(await resources(signal), word);
      return known ?? findResource(await resources(signal, SERVED_AGAIN_MS), word);
    },
    get: one,
    list,
    logs,
  };
}

const POD: Resource = { kind: 'Pod', group: '', version: 'v1', plural: 'pods', namespaced: true };

function pathOf({ group, version, plural, namespaced }: Resource, namespace: string | undefined): string {
  const within = namespaced && namespace ? `/namespaces/${segment(namespace)}` : '';
  return `${apiPath(group, version)}${within}/${plural}`;
}

/** A name as a part of a path. These two would lead elsewhere (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names). */
function segment(name: string): string {
  if (name === '.' || name === '..') throw new UserError(`"${name}" is no name of an object.`);
  return encodeURIComponent(name);
}

function isSecret({ group, plural }: Resource): boolean {
  return group === '' && plural === 'secrets';
}

function secretOptions(name: string, namespace: string | undefined): ListOptions {
  return { limit: 1, fields: `metadata.name=${name}`, ...(namespace && { namespace }) };
}

function itemsOf({ items }: Record<string, unknown>): RawObject[] {
  if (items !== null && !Array.isArray(items)) throw new AnswerError('the server sent what is no list');
  return (items ?? []).filter(isRecord);
}

/**
 * Secrets as the server's table shows them: metadata, type, and the number of keys. `kubectl apply` repeats contents in
 * an annotation, so annotations go; so does the record of who wrote which key.
 */
function secretsOf({ columnDefinitions, rows }: Record<string, unknown>): RawObject[] {
  if (!Array.isArray(columnDefinitions)) throw new AnswerError('the server sent what is no table');
  const names = columnDefinitions.filter(isRecord).map(({ name }) => String(name));
  return (Array.isArray(rows) ? rows : []).filter(isRecord).flatMap(({ cells, object }) => {
    if (!Array.isArray(cells) || !isRecord(object) || !isRecord(object.metadata)) return [];
    const { annotations: _, managedFields: __, ...metadata } = object.metadata;
    const cell = (name: string) => cells[names.indexOf(name)];
    return [{ metadata, type: cell('Type'), keys: Number(cell('Data')) || 0 }];
  });
}

/** Items of a list do not say what they are. */
function typed(object: RawObject, { kind, group, version }: Resource): RawObject {
  return { apiVersion: group ? `${group}/${version}` : version, kind, ...object };
}
