import { defineScenario } from '../manifest.ts';
import { configMap, priorityClass } from '../objects/configuration.ts';
import { daemonSet } from '../objects/daemon-set.ts';
import { deployment } from '../objects/deployment.ts';
import { service } from '../objects/network.ts';
import { DRIVER, storageClass } from '../objects/storage.ts';

const namespace = 'kube-system';
const dns = { 'app.kubernetes.io/name': 'coredns', 'k8s-app': 'kube-dns' };

export default defineScenario({
  title: 'What runs on every node: network, DNS, volumes',
  objects: [
    storageClass('standard', { isDefault: true }),
    storageClass('ssd'),
    storageClass('ssd-retained'),
    { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: DRIVER }, spec: { attachRequired: true } },
    priorityClass('customer-facing', 100_000, 'What customers wait for'),
    priorityClass('batch', 1_000, 'What can wait'),

    ...daemonSet({
      namespace,
      name: 'cni-agent',
      image: 'platform/cni-agent:1.19.2',
      hostNetwork: true,
      mounts: [{ name: 'config', path: '/etc/cni', configMap: 'cni-agent-settings' }],
    }),
    configMap(namespace, 'cni-agent-settings', { 'config.json': '{"mtu":8950,"ipam":"node"}' }, { age: '365d' }),
    ...daemonSet({
      namespace,
      name: 'kube-proxy',
      image: 'kubernetes/kube-proxy:v1.36.3',
      hostNetwork: true,
      config: { PROXY_MODE: 'nftables' },
    }),
    ...daemonSet({
      namespace,
      name: 'disk-csi-node',
      image: 'platform/disk-csi:3.5.0',
      sidecar: { name: 'registrar', image: 'platform/csi-node-registrar:2.15.0', cpu: '10m', memory: '32Mi' },
      mounts: [{ name: 'plugins', path: '/var/lib/kubelet/plugins', hostPath: '/var/lib/kubelet/plugins' }],
    }),
    ...deployment({
      namespace,
      name: 'disk-csi-controller',
      image: 'platform/disk-csi:3.5.0',
      sidecar: { name: 'provisioner', image: 'platform/csi-provisioner:6.1.0', cpu: '20m', memory: '64Mi' },
      priorityClass: 'system-cluster-critical',
    }),
    ...deployment({
      namespace,
      name: 'coredns',
      image: 'platform/coredns:1.14.1',
      replicas: 3,
      labels: dns,
      ports: { dns: 53, metrics: 9153 },
      priorityClass: 'system-cluster-critical',
      mounts: [{ name: 'config', path: '/etc/coredns', configMap: 'coredns' }],
      budget: true,
    }),
    configMap(namespace, 'coredns', {
      Corefile: '.:53 {\n  errors\n  kubernetes cluster.local\n  forward . /etc/resolv.conf\n}\n',
    }),
    service({ namespace, name: 'kube-dns', selector: dns, ports: [{ name: 'dns-tcp', port: 53, targetPort: 'dns' }] }),
    ...deployment({
      namespace,
      name: 'metrics-server',
      image: 'platform/metrics-server:0.8.1',
      port: 10250,
      ready: '/readyz',
    }),
    ...deployment({
      namespace,
      name: 'cluster-autoscaler',
      image: 'platform/cluster-autoscaler:1.36.0',
      replicas: 1,
      config: { MIN_NODES: '9', MAX_NODES: '18' },
    }),
    ...deployment({
      namespace,
      name: 'snapshot-controller',
      image: 'platform/snapshot-controller:8.4.0',
      replicas: 2,
      priorityClass: 'system-cluster-critical',
    }),
  ],
});
