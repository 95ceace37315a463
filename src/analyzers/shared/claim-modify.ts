import { type Failure, field } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { PersistentVolumeClaim } from '../../kinds/storage.ts';
import { eventEvidence, failure, recent } from './claims.ts';
import { sentence } from './wording.ts';

/**
 * A bound claim that should get another VolumeAttributesClass and does not. `Pending` says that the class does not
 * exist, `Infeasible` that the driver has refused (https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/).
 */
export function modifying(claim: PersistentVolumeClaim, cluster: Cluster): Failure[] {
  const { conditions = [], modifyVolumeStatus } = claim.status ?? {};
  const error = conditions.find(({ type, status }) => type === 'ModifyVolumeError' && status === 'True');
  const state = modifyVolumeStatus?.status;
  if (!error && state !== 'Infeasible' && state !== 'Pending') return [];
  const wanted = modifyVolumeStatus?.targetVolumeAttributesClassName ?? claim.spec?.volumeAttributesClassName ?? '';
  const event = recent(claim, cluster, 'VolumeModifyFailed');
  const why =
    error?.message ??
    event?.message ??
    (state === 'Pending' ? 'perhaps there is no such class' : 'the driver refuses it (Infeasible)');
  return [
    {
      ...failure(claim, cluster, {
        code: 'ModifyFailed',
        headline: 'cannot get the attributes class that it asks for',
        text:
          `PersistentVolumeClaim ${claim.metadata.name} asks for VolumeAttributesClass ${wanted} and does not get it: ` +
          sentence(why),
        evidence: [
          ...(error
            ? [field(claim, 'status.conditions[ModifyVolumeError]', error.message, error.lastTransitionTime)]
            : []),
          field(claim, 'status.modifyVolumeStatus', modifyVolumeStatus),
          ...eventEvidence(claim, event),
        ],
        values: { class: wanted || '(unnamed)', message: sentence(why) },
      }),
      severity: 'medium',
    },
  ];
}
