import { isRecord } from '../shape.ts';
import type { Spec } from './fields.ts';

/** Fields that mean something which is not done here. Those of the Pod that there is none of are merely not used. */
export function unsupportedIn({ customAnalyzers = [], integrations, extraOptions, ai }: Spec): string[] {
  const sentences: string[] = [];
  if (customAnalyzers.length > 0)
    sentences.push('spec.customAnalyzers is not supported, and none of them is asked. Remove it.');
  if (integrations?.trivy?.enabled)
    sentences.push('spec.integrations.trivy is not supported. Remove it, and read the Trivy Operator’s own reports.');
  if (extraOptions?.backstage?.enabled)
    sentences.push('spec.extraOptions.backstage is not supported, and Results have no Backstage label. Remove it.');
  if (ai?.autoRemediation?.enabled)
    sentences.push('spec.ai.autoRemediation is not supported: nothing in the cluster is changed. Remove it.');
  if (ai?.enabled && ai.proxyEndpoint)
    sentences.push('spec.ai.proxyEndpoint is not supported. Set HTTPS_PROXY of the operator, or baseUrl.');
  if (ai?.enabled && ai.azureAPIType && ai.azureAPIType !== 'AZURE')
    sentences.push(`spec.ai.azureAPIType ${ai.azureAPIType} is not supported, and a key is used. Set it to AZURE.`);
  return sentences;
}

/** Fields of the Deployment that K8sGPT's operator makes; there is none here. */
const OF_THE_POD = [
  'version',
  'repository',
  'imagePullPolicy',
  'imagePullSecrets',
  'resources',
  'nodeSelector',
  'deploymentLabels',
  'deploymentAnnotations',
  'podLabels',
  'podAnnotations',
  'securityContext',
  'containerSecurityContext',
];
const READ = [
  'filters',
  'targetNamespace',
  'noCache',
  'analysis',
  'kubeconfig',
  'customAnalyzers',
  'integrations',
  'extraOptions',
  'ai',
  'sink',
  'remoteCache',
];

/** A newer CRD may have more. */
export function unknownFields(raw: unknown): string[] {
  const known = [...OF_THE_POD, ...READ];
  const unknown = isRecord(raw) ? Object.keys(raw).filter((field) => !known.includes(field)) : [];
  return unknown.map((field) => `spec.${field} is not known here, and does nothing. Remove it.`);
}
