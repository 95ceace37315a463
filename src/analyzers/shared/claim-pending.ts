import { ageMs, duration, eventTime, type Failure, field, fromEvent, MINUTE, olderThan } from '../../analyzer.ts';
import { type Cluster, nameOf, refOf } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import { CSIDriver, PersistentVolume, type PersistentVolumeClaim, StorageClass } from '../../kinds/storage.ts';
import { candidates, classOf, hasVolumesOf, whyNot } from './claim-volumes.ts';
import { eventEvidence, failure, recent } from './claims.ts';
import { nearNames } from './near-names.ts';
import { controllersOf } from './storage-drivers.ts';
import { listed, sentence } from './wording.ts';

/** Why a claim has no volume yet, in the order in which the cluster looks; nothing while all is as it should be. */
export function pending(claim: PersistentVolumeClaim, cluster: Cluster): Failure[] {
  const wanted = classOf(claim);
  const volumeName = claim.spec?.volumeName;
  if (volumeName) return noVolume(claim, cluster, `it asks for PersistentVolume ${volumeName}`, volumeName);
  if (wanted === '') return noVolume(claim, cluster, 'it asks for a prepared volume without a class');
  if (wanted === undefined) return withoutClass(claim, cluster);

  if (cluster.missing(StorageClass, wanted)) {
    // Prepared volumes may carry a class that exists in name only.
    return hasVolumesOf(cluster, wanted)
      ? noVolume(claim, cluster, `it asks for a volume of class ${wanted}`)
      : classNotFound(claim, cluster, wanted);
  }
  const failed = recent(claim, cluster, 'ProvisioningFailed');
  const isSettled =
    cluster.get(StorageClass, wanted) && /storageclass\S* "[^"]*" not found/i.test(failed?.message ?? '');
  if (failed && !isSettled) return provisioningFailed(claim, cluster, failed, wanted);
  return fromProvisioner(claim, cluster, wanted);
}

function classNotFound(claim: PersistentVolumeClaim, cluster: Cluster, wanted: string): Failure[] {
  const names = cluster.list(StorageClass).map(({ metadata }) => metadata.name);
  const meant = nearNames(wanted, names);
  const hint = meant.length > 0 ? `there is ${meant.join(' and ')}` : `the classes are ${listed(names) || 'none'}`;
  return [
    failure(claim, cluster, {
      code: 'StorageClassNotFound',
      headline: `does not exist, but claim ${nameOf(refOf(claim))} asks for it`,
      text:
        `PersistentVolumeClaim ${claim.metadata.name} asks for StorageClass ${wanted}, which does not exist ` +
        `(${hint}), so no volume is made for it.`,
      evidence: [
        field(claim, 'spec.storageClassName', wanted),
        ...eventEvidence(claim, recent(claim, cluster, 'ProvisioningFailed')),
      ],
      values: { class: wanted, classes: listed(names) || 'none' },
      sensitive: [claim.metadata.name, wanted],
      causes: [{ ref: { kind: 'StorageClass', name: wanted }, certain: true }],
    }),
  ];
}

/** No class named: the default one serves, or a volume without a class. */
function withoutClass(claim: PersistentVolumeClaim, cluster: Cluster): Failure[] {
  const classes = cluster.list(StorageClass);
  const hasDefault = classes.some(
    ({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
  );
  const event = recent(claim, cluster, 'FailedBinding', 'ProvisioningFailed', 'VolumeMismatch');
  if (hasDefault || !cluster.complete(StorageClass)) {
    return event && event.reason !== 'FailedBinding' ? provisioningFailed(claim, cluster, event, '') : [];
  }
  if (candidates(claim, cluster, '').length > 0 && !event) return [];
  const names = listed(classes.map(({ metadata }) => metadata.name)) || 'none';
  const says = event ? ` The cluster says: ${sentence(event.message)}` : '';
  return [
    failure(claim, cluster, {
      code: 'NoStorageClass',
      headline: 'names no StorageClass, and none is the default',
      text:
        `PersistentVolumeClaim ${claim.metadata.name} names no storage class, none is the default, and no prepared ` +
        `volume fits, so it stays Pending. Classes of this cluster: ${names}.${says}`,
      evidence: [field(claim, 'spec.storageClassName', undefined), ...eventEvidence(claim, event)],
      values: { classes: names },
    }),
  ];
}

/** A claim for a prepared volume. */
function noVolume(claim: PersistentVolumeClaim, cluster: Cluster, wish: string, volumeName?: string): Failure[] {
  const event = recent(claim, cluster, 'FailedBinding', 'VolumeMismatch', 'ProvisioningFailed');
  if (!event && !olderThan(cluster, claim.metadata.creationTimestamp, MINUTE)) return [];
  const { resources, accessModes = [], selector } = claim.spec ?? {};
  const className = classOf(claim) ?? '';
  const size = String(resources?.requests?.storage ?? 'any size');
  const isMissing = volumeName !== undefined && cluster.missing(PersistentVolume, volumeName);
  const isKnown = cluster.complete(PersistentVolume);
  if (!event && (!isKnown || (!isMissing && candidates(claim, cluster, className).length > 0))) return [];
  const why = isMissing
    ? 'which does not exist'
    : volumeName
      ? `which does not bind to it${becauseOf(cluster, volumeName, claim)}`
      : `and no free one fits (${[size, ...accessModes, ...(selector ? [`selector ${JSON.stringify(selector)}`] : [])].join(', ')})`;
  const says = event ? ` The cluster says: ${sentence(event.message)}` : '';
  return [
    failure(claim, cluster, {
      code: 'NoMatchingVolume',
      headline: isMissing
        ? `does not exist, but claim ${nameOf(refOf(claim))} asks for it`
        : 'finds no volume that fits it',
      text: `PersistentVolumeClaim ${claim.metadata.name} stays Pending: ${wish}, ${why}.${says}`,
      evidence: [
        field(claim, 'spec', { storageClassName: className, volumeName, accessModes, size, selector }),
        ...eventEvidence(claim, event),
      ],
      values: { class: className || '(none)', size, accessModes: listed(accessModes) || 'any' },
      causes: volumeName
        ? [{ ref: { kind: 'PersistentVolume', name: volumeName }, ...(isMissing && { certain: true }) }]
        : [],
    }),
  ];
}

function becauseOf(cluster: Cluster, volumeName: string, claim: PersistentVolumeClaim): string {
  const volume = cluster.get(PersistentVolume, volumeName);
  if (!volume) return '';
  const [wanted = '', actual = ''] = [classOf(claim), classOf(volume)];
  const why = whyNot(volume, claim) ?? (wanted === actual ? '' : `its class is ${actual || 'empty'}`);
  return why && ` (${why})`;
}

function provisioningFailed(
  claim: PersistentVolumeClaim,
  cluster: Cluster,
  event: Event,
  className: string,
): Failure[] {
  return [
    failure(claim, cluster, {
      code: 'ProvisioningFailed',
      headline: 'gets no volume, since its provisioner fails',
      text:
        `PersistentVolumeClaim ${claim.metadata.name} gets no volume${className && ` of class ${className}`}. ` +
        `${event.reason}: ${sentence(event.message)}`,
      evidence: [field(claim, 'status.phase', 'Pending'), fromEvent(claim, event)],
      values: { class: className || '(none)', message: sentence(event.message) },
      causes: className
        ? [
            { ref: { kind: 'StorageClass', name: className } },
            ...controllersOf(provisionerOf(claim, cluster, className), cluster),
          ]
        : [],
    }),
  ];
}

/** A CSI driver's name, as most of them have it; other provisioners need no CSIDriver object. */
const CSI_NAME = /(^|[.-])csi([.-]|$)/;

/** A claim that is handed to a provisioner, which has said nothing so far. */
function fromProvisioner(claim: PersistentVolumeClaim, cluster: Cluster, className: string): Failure[] {
  const storageClass = cluster.get(StorageClass, className);
  const asked = recent(claim, cluster, 'ExternalProvisioning');
  const provisioner = provisionerOf(claim, cluster, className);
  if (provisioner === 'kubernetes.io/no-provisioner') {
    // Local volumes wait for a Pod to choose the node; then the scheduler says what is missing.
    if (storageClass?.volumeBindingMode === 'WaitForFirstConsumer') return [];
    return noVolume(claim, cluster, `its class ${className} has only prepared volumes`);
  }
  // Without a Pod on a node there is nothing to do yet; a Pod that finds no node has a finding of its own.
  const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' || !storageClass;
  if (waits && !asked && !claim.metadata.annotations?.['volume.kubernetes.io/selected-node']) return [];

  const isNotInstalled = CSI_NAME.test(provisioner) && cluster.missing(CSIDriver, provisioner);
  const began = asked?.firstTimestamp ?? claim.metadata.creationTimestamp;
  const grace = isNotInstalled ? 0 : asked ? 5 * MINUTE : 15 * MINUTE;
  if (!olderThan(cluster, began, grace)) return [];
  const working = recent(claim, cluster, 'Provisioning');
  if (working && !olderThan(cluster, eventTime(working), 5 * MINUTE)) return [];

  const who = provisioner || 'its provisioner';
  const why = isNotInstalled
    ? `no CSIDriver ${provisioner} is registered, so the driver is probably not installed`
    : 'the provisioner has not answered; perhaps it does not run';
  return [
    failure(claim, cluster, {
      code: 'ProvisionerSilent',
      headline: isNotInstalled
        ? `is not registered, but claim ${nameOf(refOf(claim))} waits for it`
        : `waits for provisioner ${who}, which does not answer`,
      text:
        `PersistentVolumeClaim ${claim.metadata.name} has waited ${duration(ageMs(cluster, began) ?? 0)} for ` +
        `provisioner ${who} of class ${className}: ${why}.${madeFrom(claim)}`,
      evidence: [
        field(claim, 'status.phase', 'Pending'),
        ...(storageClass ? [field(storageClass, 'provisioner', provisioner)] : []),
        ...eventEvidence(claim, asked),
      ],
      values: { class: className, provisioner: who },
      causes: isNotInstalled
        ? [{ ref: { kind: 'CSIDriver', name: provisioner }, certain: true }]
        : controllersOf(provisioner, cluster),
    }),
  ];
}

function provisionerOf({ metadata }: PersistentVolumeClaim, cluster: Cluster, className: string): string {
  const named = metadata.annotations?.['volume.kubernetes.io/storage-provisioner'];
  return cluster.get(StorageClass, className)?.provisioner ?? named ?? '';
}

/** A copy of something waits for the thing that it is made from. */
function madeFrom({ spec }: PersistentVolumeClaim): string {
  const { kind, name } = spec?.dataSource ?? {};
  return kind && name ? ` It is to be made from ${kind} ${name}; see that it exists and is ready.` : '';
}
