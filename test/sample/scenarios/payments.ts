import { defineScenario } from '../manifest.ts';
import { cronJob } from '../objects/job.ts';
import { allowFrom } from '../objects/network.ts';
import { cache, web, worker } from '../objects/shorthand.ts';
import { statefulSet } from '../objects/stateful-set.ts';

export default defineScenario({
  title: 'Payments, ledger and fraud detection',
  objects: [
    ...worker('payments', 'payments/refund-worker:2026.8.4', 2, {
      config: { BATCH_SIZE: '50' },
      credentials: ['ACQUIRER_API_KEY'],
    }),
    ...web('payments', 'payments/card-vault:2026.7.0', 3, {
      credentials: ['ENCRYPTION_KEY'],
      priorityClass: 'customer-facing',
      budget: true,
    }),
    ...web('payments', 'payments/invoice-api:2026.9.0', 2),
    allowFrom(
      'payments',
      'card-vault',
      { 'app.kubernetes.io/name': 'card-vault' },
      ['shop-checkout', 'fraud-detection'],
      [8080],
    ),
    ...cronJob({
      namespace: 'payments',
      name: 'settlement-export',
      image: 'payments/settlement-export:2026.6.2',
      schedule: '0 6 * * 1-5',
      took: '11m',
    }),

    ...web('payments-ledger', 'payments/ledger-api:2026.8.1', 4, { credentials: ['DATABASE_PASSWORD'], budget: true }),
    ...statefulSet({
      namespace: 'payments-ledger',
      name: 'ledger-db',
      image: 'platform/postgres:18.3',
      replicas: 3,
      port: 5432,
      portName: 'postgres',
      ready: 'tcp',
      cpu: '1',
      memory: '8Gi',
      storage: { size: '250Gi', className: 'ssd-retained' },
      budget: true,
    }),
    ...cronJob({
      namespace: 'payments-ledger',
      name: 'balance-audit',
      image: 'payments/balance-audit:2026.8.1',
      schedule: '20 * * * *',
      took: '3m',
    }),

    ...web('fraud-detection', 'payments/fraud-scoring:3.14.0', 4, {
      cpu: '500m',
      memory: '2Gi',
      config: { MODEL: 'trees-2026-08', THRESHOLD: '0.82' },
      scale: { min: 3, max: 10 },
    }),
    ...web('fraud-detection', 'payments/fraud-review-ui:1.11.0', 2),
    ...cache('fraud-detection', 'velocity-store', 3, '10Gi'),
  ],
});
