import { defineScenario } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';
import { crashLooping, restarted } from '../objects/states.ts';

const namespace = 'search';
const KILLED = { exitCode: 137, reason: 'OOMKilled' } as const;

export default defineScenario({
  title: 'The search API outgrows its memory limit and is killed again and again',
  objects: [
    ...deployment({
      namespace,
      name: 'search-api',
      image: 'search/search-api:8.4.0',
      replicas: 3,
      released: '5h10m',
      port: 8080,
      cpu: '500m',
      memory: '512Mi',
      config: { INDEX_URL: 'http://search-index.search.svc:9200', RESULT_CACHE_MB: '640' },
      state: (index) =>
        index < 2
          ? crashLooping(KILLED, { restarts: 31, since: '4h20m' })
          : restarted(KILLED, { restarts: 29, last: '9m' }),
    }),
    ...ingress({ namespace, name: 'search', host: 'search.example.com', paths: { '/': 'search-api' } }),
  ],
  incidents: [{ severity: 'high', cause: 'Deployment/search/search-api', code: 'Pod/OOMKilled' }],
});
