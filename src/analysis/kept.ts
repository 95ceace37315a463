import { type Guard, isText, listOf, optional, recordOf, withMembers } from '../guards.ts';

/** What a report is made of, as far as it must be well when it comes back from where it was kept. */

const isRef = withMembers({ kind: isText, name: isText, namespace: optional(isText) });

export const isFinding: Guard = withMembers({
  code: isText,
  headline: isText,
  text: isText,
  filter: isText,
  fingerprint: isText,
  object: isRef,
  owner: isRef,
  evidence: listOf(withMembers({ ref: isRef, source: isText, value: isText, at: optional(isText) })),
  values: optional(recordOf(isText)),
  causes: optional(listOf(withMembers({ ref: isRef }))),
});

export const isIncident: Guard = withMembers({
  id: isText,
  severity: isText,
  title: isText,
  code: isText,
  cause: isRef,
  findings: (findings) => listOf(isFinding)(findings) && (findings as unknown[]).length > 0,
  consequences: listOf(isFinding),
});

export const isRemembered: Guard = withMembers({ ref: isRef, owner: optional(isRef), fields: recordOf(isText) });

export const isReport: Guard = withMembers({
  id: isText,
  cluster: isText,
  at: isText,
  filters: listOf(isText),
  incidents: listOf(isIncident),
  errors: listOf(isText),
  objects: optional(listOf(isRemembered)),
});
