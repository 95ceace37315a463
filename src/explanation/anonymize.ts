import type { Ref } from '../cluster.ts';
import type { Pseudonyms } from '../pseudonyms/index.ts';
import type { Incident } from '../report.ts';

/** The values of a finding that are names, and what they are the names of. */
const NAMED_VALUES: Record<string, string> = {
  image: 'image',
  registry: 'host',
  host: 'host',
  node: 'node',
  container: 'container',
  configMap: 'configmap',
  secret: 'secret',
  service: 'service',
  claim: 'claim',
  volume: 'volume',
  storageClass: 'storageclass',
  serviceAccount: 'serviceaccount',
  ingress: 'ingress',
  webhook: 'webhook',
  key: 'key',
};

/** Makes the names of an incident known, so that none of them leaves. */
export function learnIncident(pseudonyms: Pseudonyms, { cause, findings, consequences }: Incident): void {
  learnRef(pseudonyms, cause);
  for (const { object, owner, evidence, causes = [], sensitive = [], values = {} } of [...findings, ...consequences]) {
    for (const ref of [object, owner, ...evidence.map((each) => each.ref), ...causes.map((each) => each.ref)]) {
      learnRef(pseudonyms, ref);
    }
    for (const [name, value] of Object.entries(values)) {
      const kind = NAMED_VALUES[name];
      if (kind && /^[\w./:@-]+$/.test(value)) pseudonyms.learn(kind, value);
    }
    for (const name of sensitive) pseudonyms.learn('name', name);
  }
}

function learnRef(pseudonyms: Pseudonyms, { kind, namespace, name }: Ref): void {
  if (namespace) pseudonyms.learn('namespace', namespace);
  pseudonyms.learn(kind, name);
}

/** Fields whose values are names, as YAML and descriptions have them, and what they are the names of. */
const NAMED_FIELDS: Record<string, string> = {
  name: 'name',
  namespace: 'namespace',
  image: 'image',
  node: 'node',
  nodeName: 'node',
  hostname: 'host',
  host: 'host',
  serviceAccount: 'serviceaccount',
  serviceAccountName: 'serviceaccount',
  serviceName: 'service',
  configMap: 'configmap',
  secretName: 'secret',
  claimName: 'claim',
  storageClassName: 'storageclass',
  ingressClassName: 'name',
  schedulerName: 'name',
  container: 'container',
};

const FIELD = /(?:^|[\s{,"])-?\s*"?([a-zA-Z]+)"?:\s+"?([A-Za-z0-9][\w./:@-]*)/gm;
const LABEL = /(?:^|[\s,([])(?:[\w.-]+\/)?[\w.-]+=([A-Za-z0-9][\w.-]*)/gm;

/** Makes the names that stand in what was looked at known: objects, and the values of fields and labels that are names. */
export function learnLook(pseudonyms: Pseudonyms, refs: readonly Ref[], text: string): void {
  for (const ref of refs) learnRef(pseudonyms, ref);
  for (const [, field = '', value = ''] of text.matchAll(FIELD)) {
    const kind = NAMED_FIELDS[field];
    if (kind && !/^\d+$/.test(value)) pseudonyms.learn(kind, value);
  }
  for (const [, value = ''] of text.matchAll(LABEL)) {
    if (!/^(?:\d+|true|false|none)$/i.test(value)) pseudonyms.learn('label', value);
  }
}
