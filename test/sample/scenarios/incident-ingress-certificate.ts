import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';

const namespace = 'partner-portal';

export default defineScenario({
  title: 'The Ingress of the partner portal names a certificate Secret that is not there',
  objects: [
    ...deployment({ namespace, name: 'portal-web', image: 'partners/portal-web:2.14.0', replicas: 2, port: 8080 }),
    ...deployment({
      namespace,
      name: 'portal-api',
      image: 'partners/portal-api:2.14.0',
      replicas: 2,
      port: 8080,
      credentials: ['OIDC_CLIENT_SECRET'],
    }),
    ...ingress({
      namespace,
      name: 'portal',
      host: 'partners.example.com',
      paths: { '/': 'portal-web', '/api': 'portal-api' },
      tls: 'missing',
    }),
  ],
  incidents: [{ severity: 'high', cause: 'Secret/partner-portal/portal-tls', code: 'Ingress/SecretNotFound' }],
});
