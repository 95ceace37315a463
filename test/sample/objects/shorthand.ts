import type { Manifest } from '../manifest.ts';
import { type DeploymentOptions, deployment } from './deployment.ts';
import { type StatefulSetOptions, statefulSet } from './stateful-set.ts';

/** A Deployment that answers HTTP, named as its image. */
export function web(
  namespace: string,
  image: string,
  replicas: number,
  more: Partial<DeploymentOptions> = {},
): Manifest[] {
  return deployment({ namespace, name: nameIn(image), image, replicas, port: 8080, ...more });
}

/** A Deployment that nobody calls, named as its image. */
export function worker(
  namespace: string,
  image: string,
  replicas: number,
  more: Partial<DeploymentOptions> = {},
): Manifest[] {
  return deployment({ namespace, name: nameIn(image), image, replicas, ...more });
}

/** A PostgreSQL cluster, with a volume of this size for each Pod. */
export function database(
  namespace: string,
  name: string,
  replicas: number,
  size: string,
  more: Partial<StatefulSetOptions> = {},
): Manifest[] {
  const storage = { size, className: 'ssd' };
  const image = 'platform/postgres:18.3';
  return statefulSet({
    namespace,
    name,
    image,
    replicas,
    port: 5432,
    portName: 'postgres',
    ready: 'tcp',
    memory: '2Gi',
    storage,
    ...more,
  });
}

/** A key-value cache, with a volume of this size for each Pod. */
export function cache(
  namespace: string,
  name: string,
  replicas: number,
  size: string,
  more: Partial<StatefulSetOptions> = {},
): Manifest[] {
  const storage = { size, className: 'ssd' };
  const image = 'platform/valkey:9.0.1';
  return statefulSet({
    namespace,
    name,
    image,
    replicas,
    port: 6379,
    portName: 'valkey',
    ready: 'tcp',
    memory: '1Gi',
    storage,
    ...more,
  });
}

function nameIn(image: string): string {
  return image.split('/').at(-1)?.split(':')[0] ?? image;
}
