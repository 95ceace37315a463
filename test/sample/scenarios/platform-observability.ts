import { defineScenario } from '../manifest.ts';
import { configMap } from '../objects/configuration.ts';
import { daemonSet } from '../objects/daemon-set.ts';
import { deployment } from '../objects/deployment.ts';
import { ingress } from '../objects/network.ts';
import { web, worker } from '../objects/shorthand.ts';
import { statefulSet } from '../objects/stateful-set.ts';

export default defineScenario({
  title: 'Metrics, logs and traces',
  objects: [
    ...statefulSet({
      namespace: 'monitoring',
      name: 'prometheus',
      image: 'platform/prometheus:3.9.1',
      replicas: 2,
      port: 9090,
      ready: '/-/ready',
      cpu: '1',
      memory: '6Gi',
      storage: { size: '300Gi', className: 'ssd' },
      mounts: [
        { name: 'config', path: '/etc/prometheus', configMap: 'prometheus-config' },
        { name: 'rules', path: '/etc/prometheus/rules', configMap: 'prometheus-rules' },
      ],
      budget: true,
    }),
    configMap('monitoring', 'prometheus-config', {
      'prometheus.yml':
        'global:\n  scrape_interval: 30s\nscrape_configs:\n- job_name: pods\n  kubernetes_sd_configs:\n  - role: pod\n',
    }),
    configMap('monitoring', 'prometheus-rules', { 'slo.yaml': 'groups:\n- name: slo\n  rules: []\n' }),
    ...statefulSet({
      namespace: 'monitoring',
      name: 'alertmanager',
      image: 'platform/alertmanager:0.30.1',
      replicas: 3,
      port: 9093,
      ready: '/-/ready',
      storage: { size: '5Gi', className: 'standard' },
      mounts: [{ name: 'config', path: '/etc/alertmanager', configMap: 'alertmanager-config' }],
      budget: true,
    }),
    configMap('monitoring', 'alertmanager-config', {
      'alertmanager.yml': 'route:\n  receiver: on-call\nreceivers:\n- name: on-call\n',
    }),
    ...deployment({
      namespace: 'monitoring',
      name: 'grafana',
      image: 'platform/grafana:13.0.2',
      port: 3000,
      ready: '/api/health',
      credentials: ['ADMIN_PASSWORD'],
      config: { GF_SERVER_ROOT_URL: 'https://grafana.example.com' },
    }),
    ...['checkout', 'search', 'nodes'].map((name) =>
      configMap(
        'monitoring',
        `dashboard-${name}`,
        { [`${name}.json`]: '{"panels":[]}' },
        { labels: { grafana_dashboard: '1' } },
      ),
    ),
    ...ingress({
      namespace: 'monitoring',
      name: 'grafana',
      host: 'grafana.example.com',
      paths: { '/': 'grafana' },
      className: 'internal',
    }),
    ...web('monitoring', 'platform/kube-state-metrics:2.18.0', 1),
    ...worker('monitoring', 'platform/blackbox-exporter:0.28.0', 2, { port: 9115 }),
    ...daemonSet({
      namespace: 'monitoring',
      name: 'node-exporter',
      image: 'platform/node-exporter:1.10.2',
      hostNetwork: true,
      cpu: '50m',
      memory: '64Mi',
    }),

    ...daemonSet({
      namespace: 'logging',
      name: 'log-agent',
      image: 'platform/log-agent:4.2.0',
      config: { FLUSH_SECONDS: '5', OUTPUT: 'http://log-store.logging.svc:3100' },
      mounts: [{ name: 'logs', path: '/var/log', hostPath: '/var/log' }],
    }),
    ...statefulSet({
      namespace: 'logging',
      name: 'log-store',
      image: 'platform/log-store:3.6.4',
      replicas: 3,
      port: 3100,
      ready: '/ready',
      cpu: '500m',
      memory: '4Gi',
      storage: { size: '500Gi', className: 'standard' },
      budget: true,
    }),
    ...web('logging', 'platform/log-gateway:3.6.4', 3),

    ...worker('monitoring', 'platform/trace-collector:0.144.0', 4, { port: 4318, scale: { min: 3, max: 12 } }),
    ...statefulSet({
      namespace: 'monitoring',
      name: 'trace-store',
      image: 'platform/trace-store:2.10.0',
      replicas: 3,
      port: 3200,
      ready: '/ready',
      memory: '2Gi',
      storage: { size: '150Gi', className: 'standard' },
    }),
    ...worker('monitoring', 'platform/trace-query:2.10.0', 2, { port: 16686 }),
  ],
});
