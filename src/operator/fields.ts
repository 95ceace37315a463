import { boolean, type Kept, list, number, object, string } from '../shape.ts';

const secret = object({ name: string, key: string });
/** The fields of a K8sGPT's spec that are read. */
export const specFields = object({
  filters: list(string),
  targetNamespace: string,
  noCache: boolean,
  analysis: object({ interval: string }),
  kubeconfig: secret,
  customAnalyzers: list(object({ name: string })),
  integrations: object({ trivy: object({ enabled: boolean }) }),
  extraOptions: object({ backstage: object({ enabled: boolean }) }),
  ai: object({
    enabled: boolean,
    backend: string,
    model: string,
    baseUrl: string,
    engine: string,
    region: string,
    providerId: string,
    maxTokens: string,
    topk: string,
    customHeaders: string,
    proxyEndpoint: string,
    azureAPIType: string,
    secret,
    anonymized: boolean,
    language: string,
    autoRemediation: object({ enabled: boolean }),
    backOff: object({ enabled: boolean, maxRetries: number }),
  }),
  sink: object({
    type: string,
    webhook: string,
    channel: string,
    username: string,
    icon_url: string,
    secret,
  }),
  remoteCache: object({
    credentials: object({ name: string }),
    s3: object({ bucketName: string, region: string }),
    azure: object({ storageAccount: string, containerName: string }),
    gcs: object({ bucketName: string, region: string, projectId: string }),
    interplex: object({ endpoint: string }),
  }),
});
export type Spec = Kept<typeof specFields>;
