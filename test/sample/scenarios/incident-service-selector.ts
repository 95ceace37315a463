import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';

const namespace = 'shop-reviews';

export default defineScenario({
  title: 'A chart upgrade changed the labels of the reviews Pods; the Service still selects the old ones',
  objects: [
    ...deployment({
      namespace,
      name: 'reviews-api',
      image: 'shop/reviews-api:3.0.0',
      replicas: 3,
      age: '2h5m',
      released: '2h5m',
      port: 8080,
      labels: { 'app.kubernetes.io/name': 'reviews-api', 'app.kubernetes.io/instance': 'reviews' },
      service: { selector: { app: 'reviews-api' }, age: '240d' },
    }),
    ...ingress({ namespace, name: 'reviews', host: 'reviews.example.com', paths: { '/': 'reviews-api' } }),
    ...deployment({ namespace, name: 'review-moderation', image: 'shop/review-moderation:1.5.3', port: 8080 }),
  ],
  incidents: [
    {
      severity: 'critical',
      cause: 'Service/shop-reviews/reviews-api',
      code: 'Service/NoMatchingPods',
    },
  ],
});
