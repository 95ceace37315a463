import type { Analyzer } from '../analyzer.ts';
import { loadFolder } from '../plug-ins.ts';

/** All analyzers of this folder. */
export const analyzers: readonly Analyzer[] = await loadFolder<Analyzer>(
  new URL('./', import.meta.url),
  (analyzer) => analyzer.filter,
);
