import type { Analyzer } from '../analyzer.ts';
import { nearest } from '../errors.ts';
import { BUILT_IN, findResource } from '../resources.ts';

/** The analyzers that were asked for, and a sentence about each word that names none. */
export interface Choice {
  chosen: readonly Analyzer[];
  unknown: readonly string[];
}

/**
 * The analyzers that words ask for, in the registry's order and each once; the core ones where there are no words. A
 * word is a filter's name, or the plural or short name that kubectl has, in any case.
 */
export function chooseAnalyzers(analyzers: readonly Analyzer[], words: readonly string[]): Choice {
  if (words.length === 0) return { chosen: analyzers.filter((analyzer) => analyzer.core), unknown: [] };
  const found = words.map((word) => find(analyzers, word));
  const unknown = words.filter((_, index) => !found[index]);
  return {
    chosen: analyzers.filter((analyzer) => found.includes(analyzer)),
    unknown: unknown.map((word) => unknownFilter(analyzers, word)),
  };
}

function find(analyzers: readonly Analyzer[], word: string): Analyzer | undefined {
  const wanted = word.toLowerCase();
  const named = findResource(BUILT_IN, word)?.kind;
  return analyzers.find(
    ({ filter, kind }) => filter === named || filter.toLowerCase() === wanted || kind.plural === wanted,
  );
}

function unknownFilter(analyzers: readonly Analyzer[], word: string): string {
  const like = nearest(
    word,
    analyzers.map((analyzer) => analyzer.filter),
  );
  const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : '';
  return `The filter "${word}" does not exist.${hint} The filters command lists them all.`;
}
