import { defineScenario } from '../manifest.ts';
import { cronJob, job } from '../objects/job.ts';
import { cache, web, worker } from '../objects/shorthand.ts';
import { statefulSet } from '../objects/stateful-set.ts';

export default defineScenario({
  title: 'The index behind the search, and what suggests things to customers',
  objects: [
    ...statefulSet({
      namespace: 'search',
      name: 'search-index',
      image: 'search/search-index:3.2.0',
      replicas: 5,
      port: 9200,
      ready: '/_health',
      cpu: '1',
      memory: '6Gi',
      storage: { size: '200Gi', className: 'ssd' },
      budget: true,
    }),
    ...web('search', 'search/autocomplete:5.1.0', 4, { memory: '1Gi' }),
    ...web('search', 'search/query-understanding:2.3.1', 3, { memory: '1Gi' }),
    ...worker('search', 'search/indexer:8.4.0', 4, {
      cpu: '500m',
      memory: '1Gi',
      config: { INDEX_URL: 'http://search-index.search.svc:9200', BULK_SIZE: '500' },
    }),
    ...web('search', 'search/synonym-service:1.4.0', 2),
    ...cronJob({
      namespace: 'search',
      name: 'full-reindex',
      image: 'search/indexer:8.4.0',
      schedule: '0 1 * * 0',
      took: '3h',
      priorityClass: 'batch',
    }),
    ...cronJob({
      namespace: 'search',
      name: 'delta-index',
      image: 'search/indexer:8.4.0',
      schedule: '*/10 * * * *',
      took: '2m',
    }),

    ...web('recommendations', 'recommendations/recommendation-api:4.7.2', 5, {
      cpu: '500m',
      memory: '2Gi',
      scale: { min: 4, max: 12 },
    }),
    ...web('recommendations', 'recommendations/similar-products:2.2.0', 3, { memory: '1Gi' }),
    ...cronJob({
      namespace: 'recommendations',
      name: 'model-training',
      image: 'recommendations/trainer:6.0.0',
      schedule: '0 3 * * *',
      took: '2h10m',
      cpu: '4',
      memory: '8Gi',
      priorityClass: 'batch',
      nodeSelector: { 'node.example.com/pool': 'memory-optimized' },
    }),
    ...web('recommendations', 'recommendations/feature-server:1.15.0', 4, { memory: '1Gi' }),
    ...cache('recommendations', 'feature-cache', 3, '40Gi', { memory: '4Gi' }),
    ...job({
      namespace: 'recommendations',
      name: 'backfill-2026-09-15',
      image: 'recommendations/feature-backfill:1.15.0',
      started: '19h',
      took: '2h',
      cpu: '1',
      memory: '2Gi',
    }),
  ],
});
