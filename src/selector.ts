import type { LabelSelector } from './cluster.ts';
import { UsageError } from './errors.ts';

/**
 * A label selector as kubectl writes it: `app=web,tier!=cache,env in (prod,staging),!legacy,team`
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering).
 * Throws `UsageError` where it is not one.
 */
export function parseSelector(text: string): Required<LabelSelector> {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: { key: string; operator: string; values: string[] }[] = [];
  for (const part of split(text)) {
    const set = /^([\w./-]+)\s+(in|notin)\s+\(([^()]*)\)$/.exec(part);
    const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(part);
    const existence = /^(!?)\s*([\w./-]+)$/.exec(part);
    if (set) {
      const values = (set[3] ?? '').split(',').map((value) => value.trim());
      matchExpressions.push({ key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values });
    } else if (equality?.[2] === '!=') {
      matchExpressions.push({ key: equality[1] ?? '', operator: 'NotIn', values: [equality[3] ?? ''] });
    } else if (equality) matchLabels[equality[1] ?? ''] = equality[3] ?? '';
    else if (existence) {
      const operator = existence[1] ? 'DoesNotExist' : 'Exists';
      matchExpressions.push({ key: existence[2] ?? '', operator, values: [] });
    } else throw new UsageError(`"${part}" is no label selector. Write it as kubectl does: app=web,tier!=cache.`);
  }
  return { matchLabels, matchExpressions };
}

/** Parts at commas that stand outside of parentheses. */
function split(text: string): string[] {
  const parts = text.split(/,(?![^()]*\))/).map((part) => part.trim());
  if (parts.some((part) => part === '')) {
    throw new UsageError(`"${text}" is no label selector. Write it as kubectl does: app=web,tier!=cache.`);
  }
  return parts;
}
