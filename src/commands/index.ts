import type { Command } from '../command.ts';
import { loadFolder } from '../plug-ins.ts';

/** All commands of this folder, by name. */
export const commands: readonly Command[] = await loadFolder<Command>(
  new URL('./', import.meta.url),
  (command) => command.name,
);
