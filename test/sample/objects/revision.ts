import { type Age, ago, type Manifest, ownedBy, suffix } from '../manifest.ts';
import type { PodTemplate } from './template.ts';

/** The versions that the controller of a StatefulSet or DaemonSet keeps: the present one, and that of the image before. */
export function revisions(set: Manifest, template: PodTemplate, name: string, started: Age): Manifest[] {
  const [first, ...rest] = template.spec.containers;
  if (!first) return [];
  const older = {
    ...template,
    spec: { ...template.spec, containers: [{ ...first, image: before(first.image) }, ...rest] },
  };
  const olderName = `${set.metadata.name}-${suffix(`${name}/older`, 10)}`;
  return [revision(set, older, olderName, 1, `${started}60d`), revision(set, template, name, 2, started)];
}

function revision(set: Manifest, template: PodTemplate, name: string, number: number, age: Age): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? '',
      labels: {
        ...template.metadata.labels,
        'controller.kubernetes.io/hash': name.slice(set.metadata.name.length + 1),
      },
      ownerReferences: ownedBy(set),
      creationTimestamp: ago(age),
    },
    revision: number,
    data: { spec: { template: { $patch: 'replace', ...template } } },
  };
}

/** The image of the version before: its last number is one less, or a candidate of the release. */
export function before(image: string): string {
  return image.replace(/\d+$/, (number) => (number === '0' ? '0-rc1' : String(Number(number) - 1)));
}
