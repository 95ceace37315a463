import { X509Certificate } from 'node:crypto';
import { duration, type Failure, field } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { WebhookConfiguration } from '../../kinds/admission.ts';
import { isNew } from './endpoints.ts';
import { perCluster } from './per-cluster.ts';

/** What is wrong with the authorities by which the API server knows a webhook. They are public. */
export function certificateFailures(configuration: WebhookConfiguration, index: number, cluster: Cluster): Failure[] {
  const {
    name = '',
    clientConfig = {},
    failurePolicy = 'Fail',
    timeoutSeconds = 10,
  } = configuration.webhooks?.[index] ?? {};
  const { caBundle, service, url = '' } = clientConfig;
  const target = service ? `Service ${service.namespace}/${service.name}` : url;
  const common = {
    evidence: [field(configuration, `webhooks[${index}].clientConfig.caBundle`, caBundle ? 'set' : undefined)],
    values: { webhook: name, target, service: service?.name ?? url, failurePolicy },
    sensitive: [
      ...(name ? [name] : []),
      ...(service?.namespace && service.name ? [service.namespace, service.name] : []),
    ],
    about: name,
  };
  if (!caBundle) {
    // Public authorities vouch for a URL, but for no Service. An injector fills in a new configuration in a moment.
    if (!service || (isInjected(configuration) && isNew(cluster, configuration))) return [];
    return [
      {
        ...common,
        code: `${configuration.kind}/NoCaBundle`,
        severity: 'low',
        headline: 'has a webhook without caBundle',
        text:
          `Webhook ${name} has no caBundle, so the API server trusts only public authorities when it calls ` +
          `${target}; a certificate of the cluster's own would be refused.`,
      },
    ];
  }

  const ended = caBundle === true ? undefined : expiry(cluster, caBundle);
  if (ended === undefined || ended > cluster.now) return [];
  const since = new Date(ended).toISOString().slice(0, 10);
  const isFatal = failurePolicy !== 'Ignore';
  const effect = isFatal
    ? 'its failurePolicy is Fail, so the requests that it should see are refused'
    : `its failurePolicy is Ignore, so its check is skipped, after up to ${timeoutSeconds} s`;
  return [
    {
      ...common,
      code: `${configuration.kind}/CaBundleExpired`,
      severity: isFatal ? 'critical' : 'medium',
      headline: 'has a webhook whose caBundle has expired',
      text:
        `Webhook ${name} has a caBundle that expired on ${since}, ${duration(cluster.now - ended)} ago. The API server ` +
        `cannot verify ${target} with it; ${effect}.`,
      evidence: [field(configuration, `webhooks[${index}].clientConfig.caBundle`, `valid until ${since}`)],
      values: { ...common.values, since },
    },
  ];
}

/** Its annotations, of which no others are kept, ask an injector for the bundle. */
function isInjected({ metadata }: WebhookConfiguration): boolean {
  return Object.keys(metadata.annotations ?? {}).length > 0;
}

/** Many webhooks of a configuration share one bundle. */
const expiries = perCluster(() => new Map<string, number | undefined>());

/** When the last certificate of a bundle ends, in milliseconds since 1970; `undefined` where one cannot be read. */
function expiry(cluster: Cluster, bundle: string): number | undefined {
  const known = expiries(cluster);
  if (!known.has(bundle)) known.set(bundle, readExpiry(bundle));
  return known.get(bundle);
}

function readExpiry(bundle: string): number | undefined {
  const text = Buffer.from(bundle, 'base64').toString('latin1');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const ends = certificates.map((each) => Date.parse(new X509Certificate(each).validTo));
    return ends.length > 0 ? Math.max(...ends) : undefined;
  } catch {
    return undefined;
  }
}
