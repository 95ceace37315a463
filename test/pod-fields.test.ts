import { expect, test } from 'vitest';
import { Pod } from '../src/kinds/pod.ts';
import { podFields } from '../src/pod-fields.ts';
import { build } from './support/cluster.ts';

const everything = build(Pod, {
  metadata: { name: 'cart-0', labels: { app: 'cart' } },
  spec: {
    serviceAccountName: 'cart',
    hostNetwork: true,
    nodeSelector: { disk: 'ssd' },
    imagePullSecrets: [{ name: 'registry' }],
    initContainers: [{ name: 'migrate', image: 'shop/migrate:1', command: ['migrate', '--password', 'hunter2'] }],
    containers: [
      {
        name: 'app',
        image: 'shop/cart:1.4',
        env: [
          { name: 'DB_HOST', value: 'db.shop' },
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'EMPTY', value: '' },
          { name: 'CURRENCY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'CURRENCY' } } },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } },
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
        envFrom: [{ configMapRef: { name: 'defaults' } }, { secretRef: { name: 'keys' } }],
        resources: { requests: { cpu: '100m' }, limits: { memory: '256Mi' } },
        ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { tcpSocket: { port: 8080 }, timeoutSeconds: 2 },
        startupProbe: { exec: { command: ['check', '--token=hunter2'] } },
      },
    ],
    volumes: [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'keys', secret: { secretName: 'keys' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-0' } },
      { name: 'both', projected: { sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b' } }] } },
      { name: 'scratch', emptyDir: {} },
    ],
  },
});

test('says in words what a Pod is made of, without credentials', () => {
  expect(podFields(everything)).toEqual({
    'init container migrate image': 'shop/migrate:1',
    'init container migrate command': 'migrate --password ***',
    'container app image': 'shop/cart:1.4',
    'container app env DB_HOST': 'db.shop',
    'container app env DB_PASSWORD': '***',
    'container app env EMPTY': '(empty)',
    'container app env CURRENCY': 'key CURRENCY of ConfigMap settings',
    'container app env TOKEN': 'key token of Secret api',
    'container app env POD_NAME': "a field of the Pod's own",
    'container app env from ConfigMap defaults': 'all keys',
    'container app env from Secret keys': 'all keys',
    'container app request cpu': '100m',
    'container app limit memory': '256Mi',
    'container app readiness probe': 'GET :http/ready every 10 s, 3 failures',
    'container app liveness probe': 'connects to :8080 timeout 2 s',
    'container app startup probe': 'runs check --token=***',
    'container app ports': 'http 8080, 9090',
    'service account': 'cart',
    'host network': 'yes',
    'node selector disk': 'ssd',
    'pull secret registry': 'used',
    'volume settings': 'ConfigMap settings',
    'volume keys': 'Secret keys',
    'volume data': 'PersistentVolumeClaim data-0',
    'volume both': 'ConfigMap a, Secret b',
    'volume scratch': 'other',
    'label app': 'cart',
  });
});

test.each([{}, { spec: {} }, { spec: { containers: [{}], volumes: [{}] } }])('stands %o', (template) => {
  expect(() => podFields(template)).not.toThrow();
});
