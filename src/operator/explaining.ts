import type { BackendSettings } from '../backend.ts';
import type { Services } from '../command.ts';
import type { ApiObject, Resources } from '../custom-resources.ts';
import { messageOf, UserError } from '../errors.ts';
import type { Explainer, Explanation } from '../explainer.ts';
import { learnIncident } from '../explanation/anonymize.ts';
import { toMarkdown } from '../markdown.ts';
import type { Block, Message } from '../message.ts';
import { createPseudonyms } from '../pseudonyms/index.ts';
import type { Incident } from '../report.ts';
import { digest, labelOf } from './names.ts';
import type { RemoteCache, Wanted } from './spec.ts';
import type { OperatorMetrics } from './tending.ts';
import type { Clock } from './types.ts';

/** Questions of one analysis; the other incidents have their runbook's answer until the next one. */
const REQUESTS_MAX = 25;
/** What a model did not answer is not asked again with every analysis. */
const RETRY_MS = 10 * 60_000;
const BUILTIN = 'builtin';

/** A remote cache with its credentials, by the names of environment variables. */
export type OpenedCache = Pick<RemoteCache, 'settings'> & { credentials: Record<string, string> };

/** Gives who words answers with these settings; throws `UserError` where they cannot be used. Asked for the same again, it should give the same. */
export type OpenExplainer = (settings: BackendSettings, cache: OpenedCache | undefined) => Promise<Explainer>;

interface ExplainingOptions {
  resources: Pick<Resources, 'secretValue'>;
  explain: Services['explain'];
  openExplainer: OpenExplainer;
  metrics?: OperatorMetrics;
  clock: Clock;
}

export interface Details {
  /** Markdown. */
  text: string;
  /** Who worded it. */
  backend: string;
}

/** How the incidents of one analysis are explained. */
export interface Explaining {
  /** Who should have the last word: a backend, or `builtin`. */
  readonly backend: string;
  /** Whether a model may be asked about an incident now, which it has not answered yet. */
  mayAsk(incident: Incident): boolean;
  details(incident: Incident, signal: AbortSignal): Promise<Details>;
  /** What did not work, a sentence each. */
  readonly troubles: ReadonlySet<string>;
}

/** Remembers, of all K8sGPTs, what models did not answer. */
export function createExplainings({ resources, explain, openExplainer, metrics, clock }: ExplainingOptions) {
  const notBefore = new Map<string, number>();

  async function open({ ai, remoteCache }: Wanted, { metadata }: ApiObject, signal: AbortSignal): Promise<Explainer> {
    if (!ai) throw new Error('no model is asked for');
    const { namespace } = metadata;
    const key = ai.secret ? await secretOf(namespace, ai.secret, 'spec.ai.secret', signal) : undefined;
    const cache = remoteCache && { settings: remoteCache.settings, credentials: await credentialsOf() };
    return openExplainer({ ...ai.settings, ...(key && { key }) }, cache);

    async function credentialsOf(): Promise<Record<string, string>> {
      const name = remoteCache?.credentials;
      if (!name) return {};
      const values = Object.entries(CREDENTIALS).map(async ([variable, secretKey]) => {
        const at = { name, key: secretKey };
        return [variable, await secretOf(namespace, at, 'spec.remoteCache.credentials', signal)] as const;
      });
      return Object.fromEntries(await Promise.all(values));
    }
  }

  async function secretOf(namespace: string, at: { name: string; key: string }, field: string, signal: AbortSignal) {
    if (!at.key)
      throw new UserError(`${field} has no key. Name the key of the Secret ${at.name} that holds the value.`);
    const value = await resources.secretValue({ namespace, name: at.name }, at.key, signal);
    if (value) return value;
    throw new UserError(
      `${field}: the Secret ${namespace}/${at.name} has no value at ${at.key}. Create it, or correct the field.`,
    );
  }

  return function begin(wanted: Wanted, k8sgpt: ApiObject): Explaining {
    const { ai, noCache } = wanted;
    const backend = ai?.settings.name ?? BUILTIN;
    const troubles = new Set<string>();
    const account = { channel: `operator:${k8sgpt.metadata.namespace}/${k8sgpt.metadata.name}` };
    const explained = new Map<string, Promise<Details>>();
    let explainer: Promise<Explainer> | undefined;
    let asked = 0;

    const { uid = '', generation = 0, name, namespace } = k8sgpt.metadata;
    const count = (answered: boolean) =>
      metrics?.backendCall({ backend, deployment: name, namespace, k8sgpt: labelOf(k8sgpt) }, answered);
    // Who has edited a K8sGPT wants to see at once what comes of it.
    const keyOf = ({ id, findings }: Incident) =>
      digest(uid, String(generation), id, ...findings.map(({ fingerprint }) => fingerprint));
    const mayAsk = (incident: Incident) =>
      ai !== undefined && (notBefore.get(keyOf(incident)) ?? 0) <= clock.now() && asked < REQUESTS_MAX;

    async function make(incident: Incident, signal: AbortSignal): Promise<Details> {
      const known = await explain(incident, 1);
      if (!ai || !mayAsk(incident)) return plain(known);
      asked++;
      try {
        explainer ??= open(wanted, k8sgpt, signal);
        const pseudonyms = ai.anonymize ? createPseudonyms() : undefined;
        if (pseudonyms) learnIncident(pseudonyms, incident);
        const worded = await (await explainer).explain({
          known,
          language: ai.language,
          account,
          signal,
          ...(noCache && { noCache }),
          ...(pseudonyms && { pseudonyms }),
        });
        // What was kept from before asked nobody.
        if (!worded.by?.cached) count(!worded.trouble);
        if (worded.trouble) throw new UserError(worded.trouble);
        notBefore.delete(keyOf(incident));
        return { text: body({ text: known.message.text, blocks: [...worded.blocks, ...evidence(known)] }), backend };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UserError)) throw error;
        if (notBefore.size > 10_000) notBefore.clear();
        notBefore.set(keyOf(incident), clock.now() + RETRY_MS);
        troubles.add(messageOf(error));
        return plain(known);
      }
    }

    return {
      backend,
      troubles,
      mayAsk,
      details(incident, signal) {
        const details = explained.get(incident.id) ?? make(incident, signal);
        explained.set(incident.id, details);
        return details;
      },
    };
  };
}

/** What a Secret for S3 holds, as with K8sGPT's operator, and what the SDK calls it. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'aws_access_key_id', AWS_SECRET_ACCESS_KEY: 'aws_secret_access_key' };

/** From the runbook: what it means and how it is mended. The evidence has times and counts, and stands in the errors. */
function plain({ message, story, steps }: Explanation): Details {
  return { text: body({ text: message.text, blocks: [...story, ...steps] }), backend: BUILTIN };
}

/** What the model's words cite. */
function evidence({ exhibits }: Explanation): Block[] {
  if (exhibits.length === 0) return [];
  return [
    { type: 'heading', text: 'Evidence' },
    { type: 'list', items: exhibits.map(({ id, title }) => `${id}: ${title}`) },
  ];
}

function body(message: Message): string {
  return toMarkdown(message);
}
