import { defineScenario, type WorkloadLog } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { event } from '../objects/event.ts';
import { ingress } from '../objects/network.ts';
import { NODES, node, SILENT_NODE, SILENT_SINCE } from '../objects/node.ts';
import { statefulSet } from '../objects/stateful-set.ts';
import { crashLooping, lost } from '../objects/states.ts';

const namespace = 'shop-orders';
const nodes = NODES.flatMap(node);
const silent = nodes.find(({ kind, metadata }) => kind === 'Node' && metadata.name === SILENT_NODE);
if (!silent) throw new Error(`${SILENT_NODE} is not among the nodes.`);
/** A run that gives up on the database. */
const GIVES_UP = (program: string): WorkloadLog['lines'] => [
  ['3m20s', `INFO  ${program} starts`],
  ['3m20s', 'INFO  connecting to postgres://orders@orders-db:5432/orders'],
  ['3m10s', 'WARN  try 1 of 3: connect ETIMEDOUT orders-db:5432'],
  ['3m', 'WARN  try 2 of 3: connect ETIMEDOUT orders-db:5432'],
  ['2m50s', 'WARN  try 3 of 3: connect ETIMEDOUT orders-db:5432'],
  ['2m50s', 'fatal: could not connect to orders-db:5432: connect ETIMEDOUT'],
];
const UNREACHABLE = { exitCode: 1, message: 'fatal: could not connect to orders-db:5432: connect ETIMEDOUT' };

export default defineScenario({
  title: 'A node falls silent with the orders database on it; the database Pod hangs in Terminating, its clients crash',
  objects: [
    ...nodes,
    event(silent, 'NodeNotReady', `Node ${SILENT_NODE} status is now: NodeNotReady`, {
      type: 'Normal',
      from: 'node-controller',
      last: SILENT_SINCE,
    }),
    ...statefulSet({
      namespace,
      name: 'orders-db',
      image: 'platform/postgres:18.3',
      replicas: 1,
      port: 5432,
      portName: 'postgres',
      ready: 'tcp',
      cpu: '1',
      memory: '4Gi',
      credentials: ['POSTGRES_PASSWORD'],
      storage: { size: '200Gi', className: 'ssd' },
      state: () => lost({ terminating: true }),
    }),
    ...deployment({
      namespace,
      name: 'orders-api',
      image: 'shop/orders-api:6.1.2',
      replicas: 3,
      port: 8080,
      config: { DATABASE_HOST: 'orders-db', DATABASE_PORT: '5432' },
      env: { DATABASE_URL: 'postgres://orders@orders-db:5432/orders' },
      state: () => crashLooping(UNREACHABLE, { restarts: 8, since: '22m' }),
    }),
    ...deployment({
      namespace,
      name: 'orders-export',
      image: 'shop/orders-export:1.9.0',
      env: { DATABASE_URL: 'postgres://orders@orders-db:5432/orders' },
      state: () => crashLooping(UNREACHABLE, { restarts: 8, since: '22m' }),
    }),
    ...deployment({
      namespace,
      name: 'order-status-page',
      image: 'shop/order-status-page:2.2.0',
      port: 8080,
      left: lost({ terminating: true }),
    }),
    ...ingress({
      namespace,
      name: 'orders',
      host: 'orders.example.com',
      paths: { '/': 'order-status-page', '/api': 'orders-api' },
    }),
  ],
  logs: [
    ...[false, true].flatMap((previous) => [
      { of: 'shop-orders/orders-api', previous, lines: GIVES_UP('orders-api 6.1.2') },
      { of: 'shop-orders/orders-export', previous, lines: GIVES_UP('orders-export 1.9.0') },
    ]),
    {
      of: 'shop-orders/order-status-page',
      pods: 1,
      lines: [
        ['23m', 'INFO  GET /orders/81233 200 in 41 ms'],
        ['21m40s', 'ERROR GET /orders/81240: http://orders-api.shop-orders.svc: 503 Service Unavailable'],
        ['2m', 'ERROR GET /orders/81412: http://orders-api.shop-orders.svc: connection refused'],
      ],
    },
    {
      of: 'kube-system/cni-agent',
      pods: 3,
      lines: [
        ['33d', 'INFO  cni-agent 1.19.2 starts; mtu 8950'],
        ['24m20s', 'WARN  peer prod-b3 (10.20.2.13): no answer for 20 s'],
        ['23m40s', 'WARN  peer prod-b3 (10.20.2.13): no answer for 60 s; its routes stay until the node is removed'],
        ['40s', 'WARN  peer prod-b3 (10.20.2.13): no answer for 24 min'],
      ],
    },
  ],
  incidents: [
    {
      severity: 'critical',
      cause: `Node/${SILENT_NODE}`,
      code: 'Node/NotReady',
      includes: [
        'Pod/shop-orders/orders-db-0',
        'StatefulSet/shop-orders/orders-db',
        'Deployment/shop-orders/orders-api',
        'Service/shop-orders/orders-api',
      ],
    },
  ],
});
