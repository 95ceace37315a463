import type { ClusterSource, RawObject } from '../cluster.ts';
import { nearest, UserError } from '../errors.ts';
import type { Look, Looker, LookRequest } from '../look.ts';
import { maskObject } from '../masking/objects.ts';
import { loadFolder } from '../plug-ins.ts';
import { isRecord } from '../shape.ts';

/** All lookers of this folder, by name. */
export const lookers: readonly Looker[] = await loadFolder<Looker>(
  new URL('./', import.meta.url),
  (looker) => looker.name,
);

/** Takes the look that a request names. Throws `UserError` where there is none of that name. */
export async function inspect(source: ClusterSource, request: LookRequest, signal: AbortSignal): Promise<Look> {
  const names = lookers.map(({ name }) => name);
  const looker = lookers.find(({ name }) => name === request.looker);
  if (looker) return looker.run(isRecord(request.args) ? request.args : {}, { source: masked(source), signal });
  const like = nearest(request.looker, names);
  const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : ` There are ${names.join(', ')}.`;
  throw new UserError(`There is no look named "${request.looker}".${hint}`);
}

/** The same cluster with credentials masked as objects arrive, while their texts still have the lines that tell them. */
function masked(source: ClusterSource): ClusterSource {
  const { inspector } = source;
  const mask = (object: RawObject) => maskObject(object) as RawObject;
  return {
    ...source,
    inspector: {
      ...inspector,
      async get(...args) {
        const object = await inspector.get(...args);
        return object && mask(object);
      },
      async list(...args) {
        const { objects, more } = await inspector.list(...args);
        return { objects: objects.map(mask), more };
      },
    },
  };
}
