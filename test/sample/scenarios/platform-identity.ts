import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { cronJob } from '../objects/job.ts';
import { ingress } from '../objects/network.ts';
import { database, web, worker } from '../objects/shorthand.ts';
import { statefulSet } from '../objects/stateful-set.ts';

export default defineScenario({
  title: 'Logins and secrets',
  objects: [
    ...web('auth', 'platform/identity-provider:26.5.0', 3, {
      ready: '/health/ready',
      cpu: '500m',
      memory: '1Gi',
      credentials: ['DATABASE_PASSWORD', 'SIGNING_KEY'],
      priorityClass: 'customer-facing',
      budget: true,
    }),
    ...database('auth', 'identity-db', 2, '60Gi'),
    ...web('auth', 'platform/session-store:2.4.0', 3),
    ...ingress({ namespace: 'auth', name: 'login', host: 'login.example.com', paths: { '/': 'identity-provider' } }),
    ...cronJob({
      namespace: 'auth',
      name: 'expired-session-cleanup',
      image: 'platform/session-store:2.4.0',
      schedule: '*/20 * * * *',
    }),

    ...statefulSet({
      namespace: 'vault',
      name: 'vault',
      image: 'platform/vault:1.21.2',
      replicas: 3,
      port: 8200,
      portName: 'api',
      ready: 'tcp',
      memory: '512Mi',
      storage: { size: '10Gi', className: 'ssd' },
      budget: true,
    }),
    ...worker('vault', 'platform/external-secrets:1.3.1', 2, {
      config: { VAULT_URL: 'http://vault.vault.svc:8200' },
    }),
    ...deployment({
      namespace: 'vault',
      name: 'external-secrets-webhook',
      image: 'platform/external-secrets:1.3.1',
      ports: { http: 10250 },
    }),
  ],
});
