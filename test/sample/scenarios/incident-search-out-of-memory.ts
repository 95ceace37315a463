import { defineScenario, type WorkloadLog } from '../manifest.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';
import { crashLooping, restarted } from '../objects/states.ts';

const namespace = 'search';
/** A run of half a minute, up to the moment when it is killed. */
const KILLED_RUN: WorkloadLog['lines'] = [
  ['3m20s', 'INFO  search-api 8.4.0 starts; memory limit 512 MB'],
  ['3m19s', 'INFO  index http://search-index.search.svc:9200: 5 nodes, 48 shards'],
  ['3m19s', 'INFO  result cache: up to 640 MB (RESULT_CACHE_MB)'],
  ['3m17s', 'INFO  listening on :8080'],
  ['3m10s', 'INFO  heap 214 MB, result cache 96 MB'],
  ['3m2s', 'WARN  heap 361 MB, result cache 241 MB'],
  ['2m55s', 'WARN  heap 468 MB, result cache 344 MB; garbage collection took 840 ms'],
  ['2m51s', 'WARN  heap 503 MB, result cache 377 MB; garbage collection took 2310 ms'],
];
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
  logs: [
    { of: 'search/search-api', lines: KILLED_RUN },
    { of: 'search/search-api', previous: true, lines: KILLED_RUN },
    {
      of: 'search/query-understanding',
      pods: 1,
      lines: [
        ['12m', 'INFO  142 queries in 60 s'],
        ['3m', 'WARN  answer to search-api: connection reset by peer'],
        ['2m50s', 'INFO  61 queries in 60 s'],
      ],
    },
  ],
  incidents: [{ severity: 'high', cause: 'Deployment/search/search-api', code: 'Pod/OOMKilled' }],
});
