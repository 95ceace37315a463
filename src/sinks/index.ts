import { loadFolder } from '../plug-ins.ts';
import type { SinkType } from '../sink.ts';

/** All kinds of services that notices can be sent to, one file of this folder each. */
export const sinkTypes: readonly SinkType[] = await loadFolder<SinkType>(
  new URL('./', import.meta.url),
  ({ type }) => type,
);
