import { readdir } from 'node:fs/promises';

/**
 * Loads every plug-in of a folder: the default export of each file beside its `index.ts`. The folder is the registry,
 * so that adding one touches one file. Fails at start on a file without a default export and on a name used twice.
 */
export async function loadFolder<T>(folder: URL, nameOf: (plugIn: T) => string): Promise<T[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && file !== 'index.ts').sort();
  const plugIns = await Promise.all(
    files.map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { default?: T };
      if (module.default === undefined) throw new Error(`${file} has no default export`);
      return module.default;
    }),
  );
  const names = new Map<string, string>();
  plugIns.forEach((plugIn, index) => {
    const name = nameOf(plugIn);
    const file = files[index] ?? '';
    const other = names.get(name);
    if (other) throw new Error(`${other} and ${file} both have the name ${name}`);
    names.set(name, file);
  });
  return plugIns;
}
