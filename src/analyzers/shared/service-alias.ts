import { type Failure, field } from '../../analyzer.ts';
import { type Cluster, nameOf, refOf } from '../../cluster.ts';
import { Service } from '../../kinds/network.ts';

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*)$/i;
const CLUSTER_LOCAL = /^([^.]+)\.([^.]+)\.svc(\.[a-z0-9.-]+)?$/;

/** An ExternalName is a DNS alias, so it must be a name, and inside the cluster one that exists. */
export function externalName(service: Service, cluster: Cluster): Failure[] {
  const { name } = service.metadata;
  const target = service.spec?.externalName ?? '';
  const common = {
    severity: 'medium' as const,
    evidence: [field(service, 'spec.externalName', target)],
    values: { target },
    sensitive: [name, target],
  };
  if (ADDRESS.test(target)) {
    return [
      {
        ...common,
        code: 'Service/ExternalNameIsAddress',
        headline: 'has an IP address for its external name',
        text:
          `Service ${name} has externalName ${target}. That is an address, and DNS serves only names as aliases, ` +
          `so lookups of ${name} fail.`,
      },
    ];
  }
  const [, other = '', namespace = ''] = CLUSTER_LOCAL.exec(target) ?? [];
  if (!other || !cluster.missing(Service, other, namespace)) return [];
  return [
    {
      ...common,
      code: 'Service/ExternalNameNotFound',
      headline: `does not exist, but Service ${nameOf(refOf(service))} is an alias of it`,
      text: `Service ${name} is an alias of ${target}, but there is no Service ${other} in namespace ${namespace}.`,
      causes: [{ ref: { kind: 'Service', namespace, name: other }, certain: true }],
    },
  ];
}
