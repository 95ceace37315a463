import { UserError } from './errors.ts';

/** A kind of namespaced objects, and where the API serves it. */
export interface ResourceType {
  readonly kind: string;
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** An object as the API gives it and takes it; what is beside its metadata may be of any form. */
export interface ApiObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    /** Times are RFC 3339. */
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: OwnerReference[];
  };
  [field: string]: unknown;
}

/** Names an object of a type. */
export type ObjectName = Pick<ApiObject['metadata'], 'name' | 'namespace'>;

export interface ListedObjects {
  objects: ApiObject[];
  /** From which a watch goes on. */
  version: string;
}

/** What happened to an object that is watched. A `bookmark` says only that all before this version was sent. */
export type WatchEvent =
  | { type: 'set' | 'deleted'; object: ApiObject; version: string }
  | { type: 'bookmark'; version: string };

/**
 * Reads and writes objects of a cluster: the custom resources of the operator, its Lease and its Events. Every method
 * throws `ResourceError`, within seconds, or the signal's reason. `get` gives `undefined` for what does not exist.
 */
export interface Resources {
  get(type: ResourceType, name: ObjectName, signal: AbortSignal): Promise<ApiObject | undefined>;
  /** All of a namespace, or of all namespaces, that a label selector chooses. */
  list(
    type: ResourceType,
    options: { namespace?: string; selector?: string },
    signal: AbortSignal,
  ): Promise<ListedObjects>;
  /** Tells what happens in all namespaces, until the server ends it; `expired` where the version is too old. */
  watch(type: ResourceType, version: string, on: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
  create(type: ResourceType, object: ApiObject, signal: AbortSignal): Promise<ApiObject>;
  /** Replaces an object whose `resourceVersion` is still the given one; `conflict` otherwise. Status is left alone. */
  update(type: ResourceType, object: ApiObject, signal: AbortSignal): Promise<ApiObject>;
  /** Merges into the status. */
  patchStatus(type: ResourceType, name: ObjectName, status: object, signal: AbortSignal): Promise<ApiObject>;
  /** Whether there was one; given a uid, only the object that has it. */
  delete(type: ResourceType, name: ObjectName & { uid?: string }, signal: AbortSignal): Promise<boolean>;
  /** One value of a Secret, as text; `undefined` where there is no such Secret or key. Nothing else of it is kept. */
  secretValue(name: ObjectName, key: string, signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

export type ResourceFault =
  | 'conflict'
  | 'exists'
  | 'missing'
  | 'forbidden'
  | 'invalid'
  | 'expired'
  | 'unreachable'
  | 'failed';

/** Something could not be read or written. The message names it and the cure. */
export class ResourceError extends UserError {
  override name = 'ResourceError';
  readonly fault: ResourceFault;
  constructor(fault: ResourceFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
