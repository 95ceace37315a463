import { defineAnalyzer } from '../analyzer.ts';
import { MutatingWebhookConfiguration } from '../kinds/admission.ts';
import { webhookAnalysis, webhookFailures } from './shared/webhooks.ts';

export default defineAnalyzer({
  ...webhookAnalysis,
  filter: 'MutatingWebhookConfiguration',
  summary: 'Webhooks that change objects on admission, and whose Service, port or Pods are not there to answer',
  kind: MutatingWebhookConfiguration,
  check: webhookFailures,
});
