import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { unready } from '../objects/states.ts';

const namespace = 'shop-shipping';

export default defineScenario({
  title: 'After a release the readiness probe of the carrier gateway is asked to log in',
  objects: [
    ...deployment({
      namespace,
      name: 'carrier-gateway',
      image: 'shop/carrier-gateway:7.0.0',
      replicas: 2,
      strategy: 'Recreate',
      released: '49m',
      port: 8080,
      ready: '/status',
      last: { image: 'shop/carrier-gateway:6.14.2' },
      credentials: ['CARRIER_API_TOKEN'],
      state: () => unready('HTTP probe failed with statuscode: 401', '49m'),
    }),
    ...deployment({ namespace, name: 'shipping-rates', image: 'shop/shipping-rates:2.6.1', replicas: 3, port: 8080 }),
    ...deployment({ namespace, name: 'parcel-tracking', image: 'shop/parcel-tracking:1.18.0', port: 8080 }),
  ],
  logs: [
    {
      of: 'shop-shipping/carrier-gateway',
      lines: [
        ['49m', 'INFO  carrier-gateway 7.0.0 starts'],
        ['48m59s', 'INFO  4 carriers configured, token from CARRIER_API_TOKEN'],
        ['48m58s', 'WARN  since 7.0.0 every path asks for a login; AUTH_EXEMPT_PATHS is empty'],
        ['48m58s', 'INFO  listening on :8080'],
        ['48m50s', 'WARN  GET /status 401 kube-probe/1.36: no authorization header'],
        ['48m40s', 'WARN  GET /status 401 kube-probe/1.36: no authorization header'],
        ['20m', 'WARN  GET /status 401 kube-probe/1.36: no authorization header'],
        ['10s', 'WARN  GET /status 401 kube-probe/1.36: no authorization header'],
      ],
    },
    {
      of: 'shop-shipping/shipping-rates',
      pods: 1,
      lines: [
        ['50m', 'INFO  rates of 4 carriers refreshed'],
        ['48m', 'ERROR rates: http://carrier-gateway.shop-shipping.svc: connection refused'],
        ['18m', 'ERROR rates: http://carrier-gateway.shop-shipping.svc: connection refused; using those of 50 min ago'],
      ],
    },
  ],
  incidents: [
    {
      severity: 'high',
      cause: 'Deployment/shop-shipping/carrier-gateway',
      code: 'Pod/ReadinessProbeFailed',
      includes: ['Service/shop-shipping/carrier-gateway'],
    },
  ],
});
