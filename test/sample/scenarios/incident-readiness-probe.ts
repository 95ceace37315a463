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
      credentials: ['CARRIER_API_TOKEN'],
      state: () => unready('HTTP probe failed with statuscode: 401', '49m'),
    }),
    ...deployment({ namespace, name: 'shipping-rates', image: 'shop/shipping-rates:2.6.1', replicas: 3, port: 8080 }),
    ...deployment({ namespace, name: 'parcel-tracking', image: 'shop/parcel-tracking:1.18.0', port: 8080 }),
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
