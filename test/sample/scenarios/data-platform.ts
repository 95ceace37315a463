import { defineScenario } from '../manifest.ts';
import { cronJob } from '../objects/job.ts';
import { ingress } from '../objects/network.ts';
import { database, web, worker } from '../objects/shorthand.ts';
import { statefulSet } from '../objects/stateful-set.ts';

export default defineScenario({
  title: 'Streams, warehouse, pipelines and analytics',
  objects: [
    ...statefulSet({
      namespace: 'event-stream',
      name: 'broker',
      image: 'data/stream-broker:4.2.0',
      replicas: 5,
      port: 9092,
      portName: 'stream',
      ready: 'tcp',
      cpu: '1',
      memory: '4Gi',
      storage: { size: '400Gi', className: 'ssd' },
      budget: true,
    }),
    ...worker('event-stream', 'data/schema-registry:8.1.0', 2, { port: 8081 }),
    ...worker('event-stream', 'data/connect-worker:4.2.0', 4, { port: 8083, memory: '2Gi' }),
    ...web('event-stream', 'data/clickstream-collector:2.5.0', 5, { scale: { min: 4, max: 16 } }),
    ...ingress({
      namespace: 'event-stream',
      name: 'clickstream',
      host: 'events.example.com',
      paths: { '/': 'clickstream-collector' },
    }),

    ...web('data-warehouse', 'data/warehouse-coordinator:479.0.0', 2, { cpu: '1', memory: '4Gi' }),
    ...worker('data-warehouse', 'data/warehouse-worker:479.0.0', 8, { cpu: '1', memory: '4Gi', nodeSelector: {} }),
    ...database('data-warehouse', 'metastore-db', 1, '30Gi'),

    ...worker('data-pipelines', 'data/pipeline-scheduler:3.1.5', 2, { memory: '1Gi' }),
    ...web('data-pipelines', 'data/pipeline-web:3.1.5', 2),
    ...worker('data-pipelines', 'data/pipeline-worker:3.1.5', 6, {
      cpu: '500m',
      memory: '2Gi',
      config: { PARALLELISM: '12' },
    }),
    ...cronJob({
      namespace: 'data-pipelines',
      name: 'daily-sales-rollup',
      image: 'data/rollup:1.7.0',
      schedule: '30 4 * * *',
      took: '26m',
      priorityClass: 'batch',
    }),
    ...cronJob({
      namespace: 'data-pipelines',
      name: 'hourly-orders-snapshot',
      image: 'data/snapshot:1.7.0',
      schedule: '10 * * * *',
      took: '5m',
      priorityClass: 'batch',
    }),

    ...worker('data-warehouse', 'data/dashboard-server:6.1.0', 3, {
      port: 8088,
      memory: '1Gi',
      credentials: ['SECRET_KEY'],
    }),
    ...worker('data-warehouse', 'data/notebook-hub:5.4.0', 1, { port: 8000 }),
    ...worker('data-warehouse', 'data/ad-hoc-queries:0.8.0', 0),
    ...ingress({
      namespace: 'data-warehouse',
      name: 'dashboards',
      host: 'dashboards.example.com',
      paths: { '/': 'dashboard-server', '/hub': 'notebook-hub' },
      className: 'internal',
    }),
  ],
});
