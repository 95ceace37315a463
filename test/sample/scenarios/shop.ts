import { defineScenario } from '../manifest.ts';
import { configMap } from '../objects/configuration.ts';
import { cronJob } from '../objects/job.ts';
import { ingress } from '../objects/network.ts';
import { lost, restarted, starting } from '../objects/states.ts';

const facing = { priorityClass: 'customer-facing', budget: true } as const;

import { cache, database, web, worker } from '../objects/shorthand.ts';

export default defineScenario({
  title: 'The shop that customers see, without the parts that have troubles of their own',
  objects: [
    ...worker('shop-web', 'shop/storefront:24.9.4', 10, {
      port: 3000,
      cpu: '400m',
      memory: '512Mi',
      released: '21h',
      scale: { min: 6, max: 24 },
      config: { CDN_URL: 'https://static.example.com', DEFAULT_LOCALE: 'en' },
      ...facing,
    }),
    ...web('shop-web', 'shop/edge-cache:7.8.0', 4, { memory: '1Gi', ...facing }),
    ...web('shop-web', 'shop/session-gateway:3.2.0', 4, {
      credentials: ['COOKIE_KEY'],
      // Ended twice last week, and well since: nothing to tell.
      state: (index) => (index === 1 ? restarted({ exitCode: 1 }, { restarts: 2, last: '5d' }) : undefined),
    }),
    ...web('shop-web', 'shop/image-proxy:1.12.0', 4, { memory: '512Mi' }),
    ...ingress({
      namespace: 'shop-web',
      name: 'storefront',
      host: 'shop.example.com',
      paths: { '/': 'storefront', '/session': 'session-gateway' },
    }),
    ...ingress({
      namespace: 'shop-web',
      name: 'static',
      host: 'static.example.com',
      paths: { '/': 'edge-cache', '/images': 'image-proxy' },
    }),

    ...web('shop-catalog', 'shop/catalog-api:9.2.0', 6, {
      cpu: '300m',
      memory: '512Mi',
      config: { DATABASE_HOST: 'catalog-db', PAGE_SIZE: '48' },
      credentials: ['DATABASE_PASSWORD'],
      scale: { min: 4, max: 12 },
      left: lost({ terminating: true }),
      ...facing,
    }),
    ...database('shop-catalog', 'catalog-db', 3, '120Gi', { cpu: '500m', memory: '4Gi', budget: true }),
    ...web('shop-catalog', 'shop/category-service:4.1.1', 3),
    ...web('shop-catalog', 'shop/attribute-service:2.7.0', 2),
    ...cronJob({
      namespace: 'shop-catalog',
      name: 'supplier-feed-import',
      image: 'shop/feed-import:5.0.3',
      schedule: '0 * * * *',
      took: '9m',
      credentials: ['FEED_TOKEN'],
    }),

    ...web('shop-cart', 'shop/cart-api:7.2.1', 5, {
      config: { STORE_HOST: 'cart-store', TTL_HOURS: '72' },
      scale: { min: 4, max: 12 },
      ...facing,
    }),
    ...cache('shop-cart', 'cart-store', 3, '20Gi', { memory: '2Gi', budget: true }),
    ...web('shop-cart', 'shop/wishlist-api:2.0.9', 2),
    ...web('shop-cart', 'shop/voucher-api:3.4.2', 3, { released: '34m' }),
    ...web('shop-cart', 'shop/gift-card-api:1.8.0', 4, {
      released: '40s',
      stuck: { from: 'shop/gift-card-api:1.7.3', oldPods: 3, newPods: 2 },
      state: (index) => (index === 0 ? starting('25s') : undefined),
    }),

    ...web('shop-pricing', 'shop/pricing-api:6.6.0', 5, {
      cpu: '400m',
      released: '2d4h',
      config: { ROUNDING: 'half-even' },
      ...facing,
    }),
    ...web('shop-pricing', 'shop/promotion-engine:4.9.3', 3, {
      mounts: [{ name: 'rules', path: '/rules', configMap: 'promotion-rules' }],
    }),
    configMap('shop-pricing', 'promotion-rules', { 'autumn.yaml': 'discount: 10\nfrom: 2026-09-14\n' }, { age: '3d' }),
    ...cronJob({
      namespace: 'shop-pricing',
      name: 'exchange-rate-update',
      image: 'shop/exchange-rates:1.3.0',
      schedule: '5 * * * *',
    }),

    ...web('shop-inventory', 'shop/inventory-api:5.5.1', 4, {
      config: { DATABASE_HOST: 'inventory-db' },
      credentials: ['DATABASE_PASSWORD'],
      ...facing,
    }),
    ...database('shop-inventory', 'inventory-db', 2, '80Gi', { memory: '4Gi' }),
    ...worker('shop-inventory', 'shop/stock-sync:3.8.0', 3, { config: { WAREHOUSES: 'north,south,west' } }),
    ...cronJob({
      namespace: 'shop-inventory',
      name: 'stock-reconciliation',
      image: 'shop/stock-sync:3.8.0',
      schedule: '40 5 * * *',
      took: '14m',
    }),

    ...web('shop-notifications', 'shop/notification-api:4.3.0', 3),
    ...worker('shop-notifications', 'shop/mail-sender:4.3.0', 3, {
      credentials: ['SMTP_PASSWORD'],
      config: { SMTP_HOST: 'smtp.example.com' },
    }),
    ...worker('shop-notifications', 'shop/push-sender:2.1.5', 2, { credentials: ['PUSH_KEY'] }),
    ...web('shop-notifications', 'shop/template-service:1.6.0', 2),

    ...web('shop-catalog', 'shop/media-api:3.3.3', 3),
    ...worker('shop-catalog', 'shop/thumbnailer:2.9.0', 4, {
      cpu: '500m',
      memory: '1Gi',
      mounts: [{ name: 'scratch', path: '/scratch' }],
    }),

    ...web('shop-cart', 'shop/loyalty-api:2.2.7', 3, { config: { POINTS_PER_EURO: '2' } }),
    ...database('shop-cart', 'loyalty-db', 1, '30Gi', { memory: '1Gi' }),
    ...cronJob({
      namespace: 'shop-cart',
      name: 'points-expiry',
      image: 'shop/loyalty-api:2.2.7',
      schedule: '10 1 * * *',
      took: '4m',
    }),

    ...web('shop-web', 'shop/mobile-gateway:12.1.0', 5, { cpu: '300m', scale: { min: 4, max: 15 }, ...facing }),
    ...web('shop-web', 'shop/device-registry:1.9.2', 2),
    ...ingress({ namespace: 'shop-web', name: 'mobile', host: 'api.example.com', paths: { '/': 'mobile-gateway' } }),
  ],
  logs: [
    {
      of: 'shop-web/storefront',
      pods: 2,
      lines: [
        ['30m', 'INFO  200 GET / in 31 ms'],
        ['25m50s', 'ERROR checkout: http://checkout-api.shop-checkout.svc/basket: connect ECONNREFUSED'],
        ['21m30s', 'ERROR orders: http://orders-api.shop-orders.svc/orders: connect ECONNREFUSED'],
        ['3m', 'WARN  reviews: http://reviews-api.shop-reviews.svc/reviews: connect ECONNREFUSED; shown without'],
        ['2m52s', 'WARN  search: http://search-api.search.svc/search: 503; shown without'],
        ['12s', 'ERROR checkout: http://checkout-api.shop-checkout.svc/basket: connect ECONNREFUSED'],
      ],
    },
  ],
});
