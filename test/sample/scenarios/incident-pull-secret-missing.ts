import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';
import { imagePullFailing } from '../objects/states.ts';

const namespace = 'marketing-site';
const RELEASED = '5h30m';

export default defineScenario({
  title: 'A landing page of an agency needs a pull secret that nobody made',
  objects: [
    ...deployment({
      namespace,
      name: 'autumn-campaign',
      image: 'registry.agency.example.net/landing/autumn:14',
      replicas: 2,
      age: RELEASED,
      released: RELEASED,
      port: 8080,
      pullSecret: 'agency-registry',
      state: () =>
        imagePullFailing(
          (image) =>
            `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.agency.example.net/token?scope=repository%3Alanding%2Fautumn%3Apull&service=registry.agency.example.net: 401 Unauthorized`,
          RELEASED,
          'agency-registry',
        ),
    }),
    ...deployment({ namespace, name: 'marketing-web', image: 'growth/marketing-web:11.3.0', replicas: 3, port: 8080 }),
    ...ingress({
      namespace,
      name: 'marketing',
      host: 'www.example.com',
      paths: { '/': 'marketing-web' },
    }),
  ],
  incidents: [{ severity: 'high', cause: 'Secret/marketing-site/agency-registry', code: 'Pod/ImagePullUnauthorized' }],
});
