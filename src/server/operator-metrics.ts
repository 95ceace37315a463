import { Counter, Gauge, type Registry } from 'prom-client';
import type { Metrics, ResultObject } from '../metrics.ts';

/** Objects that are told apart; a cluster in flames must not make a thousand times as many series. */
const OBJECTS_MAX = 2000;
/** What the rest is counted under. */
const OTHERS = { object_namespace: 'others', kind: 'others', name: 'others' };

type OperatorMetrics = Pick<Metrics, 'results' | 'reconcileError' | 'backendCall'>;

/** The metrics of K8sGPT's operator, under its names and with its labels, so that its dashboards and alerts go on. */
export function createOperatorMetrics(registers: Registry[]): OperatorMetrics {
  const all = new Map<string, readonly ResultObject[]>();
  const rows = () => [...all].flatMap(([k8sgpt, results]) => results.map((result) => ({ ...result, k8sgpt })));

  // Set anew at each scrape, so that nothing stays of what is gone.
  new Gauge({
    name: 'k8sgpt_number_of_results',
    help: 'Results, by the namespace of their object.',
    labelNames: ['object_namespace', 'k8sgpt'],
    registers,
    collect() {
      this.reset();
      for (const { namespace, k8sgpt } of rows()) this.inc({ object_namespace: namespace, k8sgpt });
    },
  });
  new Gauge({
    name: 'k8sgpt_number_of_results_by_type',
    help: `Results, by their object; beyond ${OBJECTS_MAX} objects together as \`others\`.`,
    labelNames: ['object_namespace', 'k8sgpt', 'kind', 'name'],
    registers,
    collect() {
      this.reset();
      for (const [index, { namespace, kind, name, k8sgpt }] of rows().entries()) {
        const object = index < OBJECTS_MAX ? { object_namespace: namespace, kind, name } : OTHERS;
        this.inc({ ...object, k8sgpt });
      }
    },
  });
  const errors = new Counter({
    name: 'k8sgpt_reconcile_error_count',
    help: 'Times that a K8sGPT resource could not be reconciled.',
    labelNames: ['k8sgpt'],
    registers,
  });
  const callLabels = ['backend', 'deployment', 'namespace', 'k8sgpt'];
  const calls = new Counter({
    name: 'k8sgpt_number_of_backend_ai_calls',
    help: 'Times that a model was asked for a K8sGPT resource.',
    labelNames: callLabels,
    registers,
  });
  const failed = new Counter({
    name: 'k8sgpt_number_of_failed_backend_ai_calls',
    help: 'Times that a model that was asked for a K8sGPT resource did not answer.',
    labelNames: callLabels,
    registers,
  });

  return {
    results(k8sgpt, results) {
      if (results.length === 0) all.delete(k8sgpt);
      else all.set(k8sgpt, results);
    },
    reconcileError: (k8sgpt) => errors.inc({ k8sgpt }),
    backendCall(call, answered) {
      calls.inc({ ...call });
      if (!answered) failed.inc({ ...call });
    },
  };
}
