import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { statefulSet } from '../objects/stateful-set.ts';
import { unschedulable } from '../objects/states.ts';

const namespace = 'data-warehouse';

export default defineScenario({
  title: 'A new StatefulSet asks for a StorageClass by its old name and waits for its volume',
  objects: [
    ...statefulSet({
      namespace,
      name: 'query-cache',
      image: 'data/query-cache:1.4.0',
      replicas: 3,
      existing: 1,
      age: '52m',
      started: '52m',
      port: 6379,
      portName: 'valkey',
      ready: 'tcp',
      memory: '2Gi',
      storage: {
        size: '50Gi',
        className: 'fast-ssd',
        error: 'storageclass.storage.k8s.io "fast-ssd" not found',
      },
      state: () =>
        unschedulable('0/12 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found', '52m'),
    }),
    ...deployment({
      namespace,
      name: 'query-gateway',
      image: 'data/query-gateway:3.7.2',
      port: 8080,
      config: { WAREHOUSE_URL: 'http://warehouse-coordinator.data-warehouse.svc', CACHE: 'off' },
    }),
  ],
  incidents: [
    {
      severity: 'high',
      cause: 'StorageClass/fast-ssd',
      code: 'PersistentVolumeClaim/StorageClassNotFound',
      includes: ['StatefulSet/data-warehouse/query-cache', 'Pod/data-warehouse/query-cache-0'],
    },
  ],
});
