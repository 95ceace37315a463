import { defineScenario } from '../manifest.ts';
import { cronJob } from '../objects/job.ts';

const namespace = 'backup';

export default defineScenario({
  title: 'One backup was suspended and forgotten, another has failed for four nights',
  objects: [
    ...cronJob({
      namespace,
      name: 'catalog-db-backup',
      image: 'platform/database-backup:2.9.1',
      schedule: '0 2 * * *',
      suspended: true,
      credentials: ['BUCKET_ACCESS_KEY'],
    }),
    ...cronJob({
      namespace,
      name: 'ledger-db-backup',
      image: 'platform/database-backup:2.9.1',
      schedule: '30 2 * * *',
      credentials: ['BUCKET_ACCESS_KEY'],
      failing: {
        since: '3d12h',
        message:
          'uploading ledger.dump.zst to s3://backups-ledger.example.com: AccessDenied: the access key has expired\nbackup failed',
      },
    }),
    ...cronJob({
      namespace,
      name: 'customer-db-backup',
      image: 'platform/database-backup:2.9.1',
      schedule: '0 3 * * *',
      took: '7m',
      credentials: ['BUCKET_ACCESS_KEY'],
    }),
    ...cronJob({
      namespace,
      name: 'etcd-snapshot-check',
      image: 'platform/snapshot-check:1.1.0',
      schedule: '*/30 * * * *',
    }),
  ],
  logs: [
    {
      of: 'backup/ledger-db-backup',
      pods: 2,
      lines: [
        ['7h10m', 'starting backup of ledger-db'],
        ['7h9m55s', 'pg_dump: 41 tables, 18.2 GB'],
        ['7h9m45s', 'compressed to ledger.dump.zst, 3.1 GB'],
        ['7h9m42s', 'credentials: BUCKET_ACCESS_KEY of Secret ledger-db-backup-credentials'],
        [
          '7h9m41s',
          'uploading ledger.dump.zst to s3://backups-ledger.example.com: AccessDenied: the access key has expired',
        ],
        ['7h9m40s', 'backup failed'],
      ],
    },
    {
      of: 'backup/customer-db-backup',
      pods: 1,
      lines: [
        ['6h40m', 'starting backup of customer-db'],
        ['6h34m', 'uploading customer.dump.zst to s3://backups-customer.example.com: done'],
        ['6h33m', 'backup done'],
      ],
    },
  ],
  incidents: [
    { severity: 'medium', cause: 'CronJob/backup/catalog-db-backup', code: 'CronJob/Suspended' },
    {
      severity: 'high',
      cause: 'CronJob/backup/ledger-db-backup',
      code: 'Pod/ContainerFailed',
      includes: ['Job/backup/ledger-db-backup-29825430'],
    },
  ],
});
