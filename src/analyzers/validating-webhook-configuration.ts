import { defineAnalyzer } from '../analyzer.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admission.ts';
import { webhookAnalysis, webhookFailures } from './shared/webhooks.ts';

export default defineAnalyzer({
  ...webhookAnalysis,
  filter: 'ValidatingWebhookConfiguration',
  summary: 'Webhooks that check objects on admission, and whose Service, port or Pods are not there to answer',
  kind: ValidatingWebhookConfiguration,
  check: webhookFailures,
});
