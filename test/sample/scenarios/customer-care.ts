import { defineScenario } from '../manifest.ts';
import { cronJob } from '../objects/job.ts';
import { ingress } from '../objects/network.ts';

import { database, web } from '../objects/shorthand.ts';

export default defineScenario({
  title: 'Support desk, returns and the tools of the back office',
  objects: [
    ...web('customer-support', 'care/ticket-api:5.8.0', 3, { credentials: ['DATABASE_PASSWORD'] }),
    ...web('customer-support', 'care/ticket-ui:5.8.0', 2),
    ...database('customer-support', 'ticket-db', 2, '70Gi'),
    ...ingress({
      namespace: 'customer-support',
      name: 'support',
      host: 'support.example.com',
      paths: { '/': 'ticket-ui', '/api': 'ticket-api', '/chat': 'chat-relay' },
    }),

    ...web('shop-shipping', 'shop/returns-api:2.5.0', 2),
    ...web('shop-shipping', 'shop/label-printer:1.1.0', 2),
    ...cronJob({
      namespace: 'shop-shipping',
      name: 'refund-reminders',
      image: 'shop/returns-api:2.5.0',
      schedule: '0 8 * * 1-5',
    }),

    ...web('customer-support', 'care/admin-web:9.0.1', 2, { config: { AUDIT: 'on' } }),
    ...web('customer-support', 'care/admin-api:9.0.1', 2, { released: '3d' }),
    ...web('customer-support', 'care/document-archive:3.0.0', 2),
    ...ingress({
      namespace: 'customer-support',
      name: 'back-office',
      host: 'office.example.com',
      paths: { '/': 'admin-web', '/api': 'admin-api' },
      className: 'internal',
    }),

    ...web('marketing-site', 'care/status-page:1.3.0', 2),
    ...ingress({
      namespace: 'marketing-site',
      name: 'status',
      host: 'status.example.com',
      paths: { '/': 'status-page' },
    }),
  ],
});
