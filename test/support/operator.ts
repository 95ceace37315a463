import { onTestFinished } from 'vitest';
import type { ApiObject } from '../../src/custom-resources.ts';
import { UserError } from '../../src/errors.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { silent } from '../../src/log.ts';
import { createOperator, type OperatorOptions } from '../../src/operator/index.ts';
import { K8SGPT, RESULT } from '../../src/operator/types.ts';
import type { AnalysisRequest, Finding, Report } from '../../src/report.ts';
import type { Notice } from '../../src/sink.ts';
import { type FakeResources, fakeResources } from './custom-resources.ts';
import { podFinding, reportOf } from './findings.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

interface Condition {
  type: string;
  status: string;
  message: string;
  lastTransitionTime: string;
}

export const INTERVAL_MS = 30_000;

/** A cluster with these findings, and an operator that looks after it. */
export interface Scene {
  clock: ManualClock;
  resources: FakeResources;
  requests: AnalysisRequest[];
  told: Notice[];
  found(...findings: Finding[]): void;
  given: Partial<Report>;
  /** The Results that stand, by `Kind namespace/name`. */
  results(of?: string): string[];
  /** The conditions of a K8sGPT, each `True: message`. */
  status(of?: string): Record<string, string>;
  conditions(of?: string): readonly Condition[];
  restart(): Promise<void>;
}

export async function scene(options: Partial<OperatorOptions> = {}): Promise<Scene> {
  // Runbooks come from files, which take their own time.
  for (const incident of reportOf([podFinding('cart')]).incidents) await explainBuiltin(incident);
  const clock = manualClock();
  const resources = fakeResources(clock.now);
  const requests: AnalysisRequest[] = [];
  const told: Notice[] = [];
  let findings: Finding[] = [];
  let operator = create('a');

  function create(identity: string) {
    return createOperator({
      resources,
      analysis: {
        async run(request) {
          requests.push(request);
          const at = new Date(clock.now()).toISOString();
          return {
            ...reportOf(findings, { at, ...made.given }),
            filters: [...(request.filters.length ? request.filters : ['Pod'])],
          };
        },
      },
      explain: explainBuiltin,
      openExplainer: async () => Promise.reject(new UserError('There is no model.')),
      tell: async (_, notice) => void told.push(notice),
      clock,
      log: silent,
      identity,
      namespace: 'ops',
      ...options,
    });
  }

  const made: Scene = {
    clock,
    resources,
    requests,
    told,
    given: {},
    found(...now) {
      findings = now;
    },
    results: (of) =>
      resources
        .all(RESULT)
        .filter(({ metadata }) => !of || metadata.labels?.['k8sgpts.k8sgpt.ai/name'] === of)
        .map(({ spec }) => spec as { kind: string; name: string })
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort(),
    conditions(of = 'team') {
      const status = resources.all(K8SGPT).find(({ metadata }) => metadata.name === of)?.status;
      return ((status ?? {}) as { conditions?: Condition[] }).conditions ?? [];
    },
    status: (of) =>
      Object.fromEntries(made.conditions(of).map(({ type, status, message }) => [type, `${status}: ${message}`])),
    async restart() {
      await operator.stop();
      operator = create('b');
      await operator.start();
      await clock.advance(5000);
    },
  };
  onTestFinished(() => operator.stop());
  await operator.start();
  return made;
}

/** A K8sGPT as somebody applies it. */
export function k8sgpt(
  spec: object = {},
  { name = 'team', ...metadata }: Partial<ApiObject['metadata']> = {},
): ApiObject {
  return { metadata: { name, namespace: 'team', ...metadata }, spec };
}
