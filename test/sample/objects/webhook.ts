import { type Age, ago, type Manifest } from '../manifest.ts';
import { service } from './network.ts';

interface WebhookOptions {
  /** Of the configuration. */
  name: string;
  /** Of the webhook in it, a name with dots. */
  webhook: string;
  service: { namespace: string; name: string; selector: Record<string, string>; age?: Age };
  group?: string;
  resources: string[];
  operations?: string[];
  /** Only namespaces with these labels. */
  namespaceLabels?: Record<string, string>;
  failurePolicy?: 'Fail' | 'Ignore';
}

/** A webhook that validates, and the Service that it is asked through. */
export function validatingWebhook(options: WebhookOptions): Manifest[] {
  return webhook('ValidatingWebhookConfiguration', '/validate', options);
}

/** A webhook that changes objects, and the Service that it is asked through. */
export function mutatingWebhook(options: WebhookOptions): Manifest[] {
  return webhook('MutatingWebhookConfiguration', '/mutate', options);
}

function webhook(kind: string, path: string, options: WebhookOptions): Manifest[] {
  const { name, webhook, group = '', resources, operations = ['CREATE'], namespaceLabels } = options;
  const { selector, age = '300d', ...backend } = options.service;
  const configuration: Manifest = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name, creationTimestamp: ago(age) },
    webhooks: [
      {
        name: webhook,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: options.failurePolicy ?? 'Fail',
        timeoutSeconds: 10,
        clientConfig: {
          service: { ...backend, path, port: 443 },
          caBundle: Buffer.from('not recorded').toString('base64'),
        },
        rules: [{ apiGroups: [group], apiVersions: ['*'], operations, resources }],
        ...(namespaceLabels && { namespaceSelector: { matchLabels: namespaceLabels } }),
      },
    ],
  };
  return [
    configuration,
    service({ ...backend, selector, ports: [{ name: 'https', port: 443, targetPort: 'http' }], age }),
  ];
}
