import { defineScenario } from '../manifest.ts';
import { configMap } from '../objects/configuration.ts';
import { deployment } from '../objects/deployment.ts';
import { cronJob, job } from '../objects/job.ts';
import { ingress } from '../objects/network.ts';
import { database, web, worker } from '../objects/shorthand.ts';
import { statefulSet } from '../objects/stateful-set.ts';

export default defineScenario({
  title: 'How software gets here: CI, the image registry, GitOps',
  objects: [
    ...web('ci', 'platform/ci-server:18.4.2', 2, {
      cpu: '500m',
      memory: '2Gi',
      credentials: ['OAUTH_CLIENT_SECRET', 'DATABASE_PASSWORD'],
    }),
    ...ingress({
      namespace: 'ci',
      name: 'ci',
      host: 'ci.example.com',
      paths: { '/': 'ci-server' },
      className: 'internal',
    }),
    ...database('ci', 'ci-db', 1, '40Gi'),
    ...worker('ci', 'platform/runner-manager:18.4.0', 2, {
      config: { CONCURRENT: '40', CHECK_SECONDS: '3' },
      credentials: ['RUNNER_TOKEN'],
    }),
    ...['storefront-8841', 'cart-api-2210', 'pricing-api-0917', 'search-api-4406'].flatMap((build, index) =>
      job({
        namespace: 'ci',
        name: `build-${build}`,
        image: 'platform/build-agent:18.4.0',
        started: `${12 + index * 9}m`,
        took: '6m',
        cpu: '1',
        memory: '2Gi',
      }),
    ),
    ...cronJob({
      namespace: 'ci',
      name: 'cache-cleanup',
      image: 'platform/build-agent:18.4.0',
      schedule: '15 * * * *',
    }),
    ...web('ci', 'platform/build-cache:1.8.0', 2, { memory: '1Gi' }),

    ...worker('registry', 'platform/registry:3.1.0', 3, {
      port: 5000,
      ready: '/v2/',
      memory: '512Mi',
      credentials: ['STORAGE_ACCESS_KEY'],
      budget: true,
    }),
    ...ingress({ namespace: 'registry', name: 'registry', host: 'registry.example.com', paths: { '/': 'registry' } }),
    ...web('registry', 'platform/image-scanner:0.69.0', 2, { memory: '1Gi' }),
    ...cronJob({
      namespace: 'registry',
      name: 'registry-garbage-collection',
      image: 'platform/registry:3.1.0',
      schedule: '0 4 * * 0',
      took: '22m',
    }),

    ...worker('gitops', 'platform/gitops-controller:3.3.2', 2, { cpu: '500m', memory: '1Gi' }),
    ...deployment({
      namespace: 'gitops',
      name: 'repo-server',
      image: 'platform/repo-server:3.3.2',
      replicas: 3,
      port: 8081,
      mounts: [{ name: 'hosts', path: '/ssh', configMap: 'ssh-known-hosts' }],
      credentials: ['GIT_DEPLOY_KEY'],
    }),
    configMap('gitops', 'ssh-known-hosts', { ssh_known_hosts: 'git.example.com ssh-ed25519 not recorded' }),
    ...web('gitops', 'platform/gitops-ui:3.3.2', 2, { config: { READ_ONLY: 'true' } }),
    ...ingress({
      namespace: 'gitops',
      name: 'gitops',
      host: 'deploy.example.com',
      paths: { '/': 'gitops-ui' },
      className: 'internal',
    }),
    ...statefulSet({
      namespace: 'gitops',
      name: 'gitops-cache',
      image: 'platform/valkey:9.0.1',
      replicas: 1,
      port: 6379,
      portName: 'valkey',
      ready: 'tcp',
    }),
  ],
});
