import type { Ref } from '../cluster.ts';
import type { Pseudonyms } from '../pseudonyms.ts';
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
