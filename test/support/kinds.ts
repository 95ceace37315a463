import { readdir } from 'node:fs/promises';
import type { Kind } from '../../src/kind.ts';

const FOLDER = new URL('../../src/kinds/', import.meta.url);

/** Every declared kind. */
export const KINDS: readonly Kind[] = await loadKinds();

async function loadKinds(): Promise<Kind[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.ts')).sort();
  const modules = await Promise.all(files.map((file) => import(new URL(file, FOLDER).href)));
  return modules.flatMap((module) => Object.values(module as Record<string, unknown>)).filter(isKind);
}

function isKind(value: unknown): value is Kind {
  return typeof value === 'object' && value !== null && 'plural' in value && 'trim' in value;
}
