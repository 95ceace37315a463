import { defineScenario } from '../manifest.ts';
import { resourceQuota } from '../objects/configuration.ts';
import { deployment } from '../objects/deployment.ts';

const namespace = 'reporting';
const RELEASED = '38m';

export default defineScenario({
  title: 'A new version of the report renderer asks for more memory than its quota leaves',
  objects: [
    ...deployment({
      namespace,
      name: 'report-renderer',
      image: 'data/report-renderer:4.0.0',
      replicas: 6,
      released: RELEASED,
      port: 8080,
      memory: '4Gi',
      stuck: { from: 'data/report-renderer:3.11.5', fromMemory: '1536Mi', oldPods: 5, newPods: 0, wantedNewPods: 3 },
      refused: {
        since: RELEASED,
        message: (pod) =>
          `pods "${pod}" is forbidden: exceeded quota: reporting-compute, requested: limits.memory=4Gi, used: limits.memory=8704Mi, limited: limits.memory=12Gi`,
      },
    }),
    ...deployment({ namespace, name: 'report-scheduler', image: 'data/report-scheduler:2.1.0', memory: '512Mi' }),
    resourceQuota(
      namespace,
      'reporting-compute',
      { 'limits.memory': '12Gi', pods: '30' },
      { 'limits.memory': '8704Mi', pods: '7' },
    ),
  ],
  incidents: [
    {
      severity: 'medium',
      cause: 'ResourceQuota/reporting/reporting-compute',
      code: 'ReplicaSet/QuotaExceeded',
      includes: ['Deployment/reporting/report-renderer'],
    },
  ],
});
