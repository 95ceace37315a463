import { defineAnalyzer } from '../analyzer.ts';
import { Event } from '../kinds/event.ts';
import { Pod } from '../kinds/pod.ts';
import { CSIDriver, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../kinds/storage.ts';
import { Deployment, StatefulSet } from '../kinds/workloads.ts';
import { lost, stuckTerminating } from './shared/claim-ending.ts';
import { modifying } from './shared/claim-modify.ts';
import { pending } from './shared/claim-pending.ts';
import { resizing } from './shared/claim-resize.ts';

export default defineAnalyzer({
  filter: 'PersistentVolumeClaim',
  summary: 'Claims that wait in vain for a volume, have lost it, cannot grow or cannot be deleted',
  core: true,
  kind: PersistentVolumeClaim,
  reads: [StorageClass, PersistentVolume, CSIDriver, Pod, Deployment, StatefulSet, Event],
  codes: [
    'StorageClassNotFound',
    'NoStorageClass',
    'NoMatchingVolume',
    'ProvisioningFailed',
    'ProvisionerSilent',
    'Lost',
    'ResizeFailed',
    'ResizePending',
    'ModifyFailed',
    'StuckTerminating',
  ],

  check(claim, cluster) {
    if (claim.metadata.deletionTimestamp) return stuckTerminating(claim, cluster);
    if (claim.status?.phase === 'Lost') return lost(claim, cluster);
    if (claim.status?.phase === 'Pending') return pending(claim, cluster);
    return [...resizing(claim, cluster), ...modifying(claim, cluster)];
  },
});
