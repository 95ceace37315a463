import { keyOf, nameOf } from '../cluster.ts';
import type { ApiObject } from '../custom-resources.ts';
import { type Finding, findingsIn, findingsOf, type Incident, type Report } from '../report.ts';
import { list, object, string } from '../shape.ts';
import { clip } from '../words.ts';
import { digest, labelValue, resultName } from './names.ts';
import { steady } from './steady.ts';
import { API_VERSION, K8SGPT } from './types.ts';

/** An object of Kubernetes has room for a megabyte and a half, and nobody reads more than this. */
const TEXT_MAX = 4000;
const ERRORS_MAX = 50;
const DETAILS_MAX = 30_000;

const LABEL = 'k8sgpts.k8sgpt.ai';
export const NAME_LABEL = `${LABEL}/name`;
const BACKEND_LABEL = `${LABEL}/backend`;
const INCIDENT_LABEL = `${LABEL}/incident`;
/** What there is to say of the incident when it is solved, as JSON. */
export const INCIDENT_NOTE = 'core.k8sgpt.ai/incident';

/** What an analysis says of one object. */
export interface Problem {
  /** The name of its Result. */
  name: string;
  kind: string;
  /** `namespace/name`. */
  object: string;
  parentObject: string;
  error: { text: string; sensitive: { unmasked: string; masked: string }[] }[];
  incident: Incident;
}

/** A Result as it stands in the cluster, as far as it is read. */
export interface Kept {
  raw: ApiObject;
  kind: string;
  object: string;
  backend: string;
  /** Of the incident that it belongs to; empty for Results that other programs wrote. */
  incident: string;
  /** Which sink was told of it; empty: none. */
  webhook: string;
  lifecycle: string;
  spec: ReturnType<typeof specShape>;
}

const specShape = object({
  backend: string,
  kind: string,
  name: string,
  error: list(object({ text: string })),
  details: string,
  parentObject: string,
});
const statusShape = object({ lifecycle: string, webhook: string });

/** What is wrong, by the names of the Results; one for each object of a filter that was asked for. */
export function problemsOf(k8sgpt: string, report: Report): Map<string, Problem> {
  const asked = new Set(report.filters);
  const incidentOf = new Map<Finding, Incident>(
    report.incidents.flatMap((incident) => findingsIn(incident).map((finding) => [finding, incident] as const)),
  );
  const wanted = findingsOf(report).filter(({ filter }) => asked.has(filter));
  const problems = new Map<string, Problem>();
  for (const findings of Map.groupBy(wanted, ({ object }) => keyOf(object)).values()) {
    const [first] = findings as [Finding, ...Finding[]];
    const { object, owner } = first;
    const name = resultName(k8sgpt, object);
    // The order of incidents changes with their severity; that of an object's problems must not.
    const ordered = findings.toSorted((a, b) => (errorKey(a) < errorKey(b) ? -1 : 1));
    problems.set(name, {
      name,
      kind: object.kind,
      object: nameOf(object),
      parentObject: keyOf(owner) === keyOf(object) ? '' : `${owner.kind}/${owner.name}`,
      error: ordered.slice(0, ERRORS_MAX).map(errorOf),
      incident: incidentOf.get(first) as Incident,
    });
  }
  return problems;
}

function errorKey({ code, about = '', fingerprint }: Finding): string {
  return `${code} ${about} ${fingerprint}`;
}

function errorOf({ text, sensitive = [] }: Finding): Problem['error'][number] {
  const masked = sensitive.map((unmasked) => ({ unmasked, masked: '*'.repeat(unmasked.length) }));
  return { text: clip(text, TEXT_MAX), sensitive: masked };
}

export function readResult(raw: ApiObject): Kept {
  const spec = specShape(raw.spec);
  const { lifecycle = '', webhook = '' } = statusShape(raw.status) ?? {};
  const { kind = '', name = '', backend = '' } = spec ?? {};
  return {
    raw,
    kind,
    object: name,
    backend,
    incident: raw.metadata.labels?.[INCIDENT_LABEL] ?? '',
    webhook,
    lifecycle,
    spec,
  };
}

/** Whether a Result says what an analysis says, whatever its numbers and times, and belongs where it should. */
export function isSame(kept: Kept, problem: Problem, owner: ApiObject): boolean {
  const { spec, raw } = kept;
  if (!spec || !isOwned(raw, owner) || kept.incident !== problem.incident.id) return false;
  const errors = (spec.error ?? []).map(({ text = '' }) => text);
  return contentHash(spec.kind, spec.name, spec.parentObject, errors) === hashOf(problem);
}

/** As K8sGPT's operator has it in the status: of what is wrong, without how it is explained. */
export function hashOf({ kind, object, parentObject, error }: Problem): string {
  return contentHash(
    kind,
    object,
    parentObject,
    error.map(({ text }) => text),
  );
}

function contentHash(kind = '', name = '', parent = '', errors: readonly string[] = []): string {
  return digest(kind, name, parent, ...errors.map(steady));
}

/** The Result to write; `before` where there is one already. */
export function toResult(
  problem: Problem,
  { text, backend }: { text: string; backend: string },
  owner: ApiObject,
  before?: ApiObject,
): ApiObject {
  const { name: k8sgpt, namespace, uid = '' } = owner.metadata;
  const { kind, object, parentObject, error, incident, name } = problem;
  return {
    ...before,
    metadata: {
      ...before?.metadata,
      name,
      namespace,
      labels: {
        ...before?.metadata.labels,
        [NAME_LABEL]: labelValue(k8sgpt),
        [`${LABEL}/namespace`]: namespace,
        [BACKEND_LABEL]: labelValue(backend),
        [INCIDENT_LABEL]: incident.id,
      },
      annotations: { ...before?.metadata.annotations, [INCIDENT_NOTE]: noteOf(incident) },
      ownerReferences: [
        { apiVersion: API_VERSION, kind: K8SGPT.kind, name: k8sgpt, uid, controller: true, blockOwnerDeletion: false },
      ],
    },
    spec: {
      backend,
      kind,
      name: object,
      error,
      details: clip(text, DETAILS_MAX),
      parentObject,
      autoRemediationStatus: {},
    },
  };
}

function noteOf({ severity, title, code, cause }: Incident): string {
  return JSON.stringify({ severity, title, code, cause });
}

/** Whether a Result is this K8sGPT's. */
export function isOwned({ metadata }: ApiObject, owner: ApiObject): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true;
}

/** Whether nobody else has a Result, so that this K8sGPT may take it: it carries its label and no other one's uid. */
export function isFree({ metadata }: ApiObject, owner: ApiObject): boolean {
  const owners = metadata.ownerReferences ?? [];
  return owners.every(({ kind, name }) => kind === K8SGPT.kind && name === owner.metadata.name);
}
