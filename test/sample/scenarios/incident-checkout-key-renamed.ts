import { defineScenario, type Manifest } from '../manifest.ts';
import { configMap } from '../objects/configuration.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';
import { misconfigured } from '../objects/states.ts';
import { fromConfigMap } from '../objects/template.ts';

const namespace = 'shop-checkout';
const SETTINGS = 'checkout-settings';
const RELEASED = '26m';

/** A part of the checkout, all of which are released together. */
function released(name: string, replicas: number): Manifest[] {
  return deployment({
    namespace,
    name,
    image: `shop/${name}:5.12.0`,
    replicas,
    strategy: 'Recreate',
    released: RELEASED,
    port: 8080,
    cpu: '250m',
    memory: '512Mi',
    env: {
      PAYMENT_API_URL: fromConfigMap(SETTINGS, 'PAYMENT_API_URL'),
      ORDERS_URL: fromConfigMap(SETTINGS, 'ORDERS_URL'),
      CURRENCY: fromConfigMap(SETTINGS, 'CURRENCY'),
    },
    credentials: ['SESSION_SIGNING_KEY'],
    last: {
      image: `shop/${name}:5.11.4`,
      env: {
        PAYMENTS_URL: fromConfigMap(SETTINGS, 'PAYMENTS_URL'),
        ORDERS_URL: fromConfigMap(SETTINGS, 'ORDERS_URL'),
        CURRENCY: fromConfigMap(SETTINGS, 'CURRENCY'),
      },
    },
    state: () => misconfigured(`couldn't find key PAYMENT_API_URL in ConfigMap ${namespace}/${SETTINGS}`, RELEASED),
  });
}

export default defineScenario({
  title: 'A release of the checkout reads a ConfigMap key that was renamed, and no checkout is left',
  objects: [
    configMap(namespace, SETTINGS, {
      PAYMENTS_URL: 'http://payments-api.payments.svc',
      ORDERS_URL: 'http://orders-api.shop-orders.svc',
      CURRENCY: 'EUR',
    }),
    ...released('checkout-api', 4),
    ...released('express-checkout', 2),
    ...released('payment-callback', 2),
    ...ingress({
      namespace,
      name: 'checkout',
      host: 'checkout.example.com',
      paths: { '/': 'checkout-api', '/express': 'express-checkout', '/callback': 'payment-callback' },
    }),
    ...deployment({
      namespace,
      name: 'address-validation',
      image: 'shop/address-validation:2.3.1',
      port: 8080,
      config: { COUNTRIES: 'AT,CH,DE,FR,IT,NL' },
    }),
    ...deployment({ namespace, name: 'tax-calculation', image: 'shop/tax-calculation:3.0.4', replicas: 3, port: 8080 }),
  ],
  logs: [
    {
      of: 'shop-checkout/tax-calculation',
      pods: 1,
      lines: [
        ['26m10s', 'INFO  quote 48.20 EUR for checkout-api in 11 ms'],
        ['26m2s', 'INFO  quote 19.99 EUR for express-checkout in 9 ms'],
        ['25m48s', 'INFO  no request for 15 s'],
        ['15m', 'WARN  no request for 10 min; the last came from checkout-api'],
        ['5m', 'WARN  no request for 20 min; the last came from checkout-api'],
      ],
    },
  ],
  incidents: [
    {
      severity: 'critical',
      cause: 'ConfigMap/shop-checkout/checkout-settings',
      code: 'Pod/MissingKey',
      includes: ['Deployment/shop-checkout/checkout-api', 'Service/shop-checkout/checkout-api'],
    },
  ],
});
