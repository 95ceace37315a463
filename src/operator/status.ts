import type { ApiObject } from '../custom-resources.ts';
import { list, number, object, string } from '../shape.ts';
import { clip } from '../words.ts';
import { steady } from './steady.ts';

/** Kubernetes takes so many letters for the message of a condition. */
const MESSAGE_MAX = 32_000;

/** How a K8sGPT stands, for its conditions. */
export interface Standing {
  ready: boolean;
  /** In one word, as conditions have it: `Analyzed`. */
  reason: string;
  message: string;
  /** What is not done as asked for, a sentence each. */
  degraded: readonly string[];
  /** How many Results there are; absent where that is not known. */
  results?: number;
}

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  observedGeneration: number;
  /** RFC 3339. */
  lastTransitionTime: string;
}

export interface Status {
  observedGeneration: number;
  results?: number;
  conditions: Condition[];
}

const statusShape = object({
  observedGeneration: number,
  results: number,
  conditions: list(
    object({
      type: string,
      status: string,
      reason: string,
      message: string,
      observedGeneration: number,
      lastTransitionTime: string,
    }),
  ),
});

/**
 * The status to write; `undefined` where the one that stands says the same. The time of a condition changes with its
 * status alone.
 */
export function nextStatus({ metadata, status }: ApiObject, standing: Standing, now: number): Status | undefined {
  const { generation = 0 } = metadata;
  const before = statusShape(status) ?? {};
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const isDegraded = standing.degraded.length > 0;

  function condition(type: string, holds: boolean, reason: string, said: string): Condition {
    const old = before.conditions?.find((each) => each.type === type);
    const state = holds ? 'True' : 'False';
    const text = clip(said, MESSAGE_MAX);
    return {
      type,
      status: state,
      reason,
      message: old?.message && steady(old.message) === steady(text) ? old.message : text,
      observedGeneration: generation,
      lastTransitionTime: (old?.status === state && old.lastTransitionTime) || at,
    };
  }

  const { results = before.results } = standing;
  const next: Status = {
    observedGeneration: generation,
    ...(results !== undefined && { results }),
    conditions: [
      condition('Ready', standing.ready, standing.reason, standing.message),
      condition(
        'Degraded',
        isDegraded,
        isDegraded ? 'NotAsAsked' : 'AsAsked',
        isDegraded ? standing.degraded.join(' ') : 'Everything is done as asked for.',
      ),
    ],
  };
  return JSON.stringify(next) === JSON.stringify(ordered(before)) ? undefined : next;
}

/** As it is written here, whatever the order that the server gives it in. */
function ordered({ observedGeneration, results, conditions = [] }: NonNullable<ReturnType<typeof statusShape>>) {
  return {
    observedGeneration,
    ...(results !== undefined && { results }),
    conditions: conditions.map(({ type, status, reason, message, observedGeneration: seen, lastTransitionTime }) => ({
      type,
      status,
      reason,
      message,
      observedGeneration: seen,
      lastTransitionTime,
    })),
  };
}
