import { defineKind, type ObjectOf } from '../kind.ts';
import { list, number, object, type Shape, string } from '../shape.ts';
import { labelSelector } from './pod-template.ts';

/** Public certificates in base64; `true` where a recording tells only that there are some. */
const bundle: Shape<string | true> = (value) => (value === true ? true : string(value));

const keep = {
  webhooks: list(
    object({
      name: string,
      failurePolicy: string,
      timeoutSeconds: number,
      clientConfig: object({
        url: string,
        caBundle: bundle,
        service: object({ namespace: string, name: string, port: number, path: string }),
      }),
      namespaceSelector: labelSelector,
      objectSelector: labelSelector,
      rules: list(
        object({ apiGroups: list(string), resources: list(string), operations: list(string), scope: string }),
      ),
    }),
  ),
};

const admission = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  namespaced: false,
  // These ask an injector for the caBundle.
  annotations: [
    'cert-manager.io/inject-ca-from',
    'cert-manager.io/inject-ca-from-secret',
    'cert-manager.io/inject-apiserver-ca',
    'service.beta.openshift.io/inject-cabundle',
  ],
  keep,
} as const;

export const ValidatingWebhookConfiguration = defineKind({
  ...admission,
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
});

export const MutatingWebhookConfiguration = defineKind({
  ...admission,
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
});

/** Either of the two: they differ in their kind only. */
export type WebhookConfiguration = ObjectOf<typeof ValidatingWebhookConfiguration>;
