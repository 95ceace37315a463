import { type Age, ago, type Manifest } from '../manifest.ts';

const YEAR: Age = '365d';

/** A namespace with its labels; assembly makes the ones that no scenario names. */
export function namespace(name: string, labels: Record<string, string> = {}, age: Age = YEAR): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, creationTimestamp: ago(age) } };
}

export function configMap(
  namespace: string,
  name: string,
  data: Record<string, string>,
  { age = '120d', labels }: { age?: Age; labels?: Record<string, string> } = {},
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, creationTimestamp: ago(age), ...(labels && { labels }) },
    data,
  };
}

/** A Secret that has these keys. Their contents are never recorded, so they are placeholders. */
export function secret(
  namespace: string,
  name: string,
  keys: readonly string[],
  { age = '120d', type = 'Opaque' }: { age?: Age; type?: string } = {},
): Manifest {
  const stringData = Object.fromEntries(keys.map((key) => [key, 'not recorded']));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, creationTimestamp: ago(age) },
    type,
    stringData,
  };
}

export function tlsSecret(namespace: string, name: string, age: Age = '41d'): Manifest {
  return secret(namespace, name, ['tls.crt', 'tls.key'], { age, type: 'kubernetes.io/tls' });
}

export function serviceAccount(namespace: string, name: string, age: Age = '200d'): Manifest {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, creationTimestamp: ago(age) } };
}

export function priorityClass(name: string, value: number, description: string): Manifest {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name, creationTimestamp: ago(YEAR) },
    value,
    description,
  };
}

/** A quota with what is used of it: the scenario counts, as the quota controller would. */
export function resourceQuota(
  namespace: string,
  name: string,
  hard: Record<string, string>,
  used: Record<string, string>,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name, namespace, creationTimestamp: ago('190d') },
    spec: { hard },
    status: { hard, used },
  };
}
