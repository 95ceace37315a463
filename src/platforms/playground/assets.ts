import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';

export interface Asset {
  type: string;
  body: Buffer;
}

const PAGE = new URL('page/', import.meta.url);
const SCRIPT = 'text/javascript; charset=utf-8';
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': SCRIPT,
};

/** The contract's helpers, at the address that the page's relative imports lead to. */
const SHARED = { path: '/message.ts', file: new URL('../../message.ts', import.meta.url) };

/** Files of packages that the page loads, by the path it asks for. Browsers find no packages by name. */
const PACKAGES = [
  { path: '/page/preact.js', type: SCRIPT, file: import.meta.resolve('preact') },
  { path: '/page/preact-hooks.js', type: SCRIPT, file: import.meta.resolve('preact/hooks') },
  {
    path: '/page/inter.woff2',
    type: 'font/woff2',
    file: import.meta.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
  },
  {
    path: '/page/mono.woff2',
    type: 'font/woff2',
    file: import.meta.resolve('@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2'),
  },
];

/** Every file of the page by its path, TypeScript with its types stripped. Read once: together they are small. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const file of await readdir(PAGE)) {
    const type = TYPES[extname(file)];
    if (!type) continue;
    const path = file === 'index.html' ? '/' : `/page/${file}`;
    assets.set(path, { type, body: await readPageFile(new URL(file, PAGE)) });
  }
  assets.set(SHARED.path, { type: SCRIPT, body: await readPageFile(SHARED.file) });
  for (const { path, type, file } of PACKAGES) {
    const source = await readFile(new URL(file));
    assets.set(path, { type, body: type === SCRIPT ? Buffer.from(forBrowser(source.toString('utf8'))) : source });
  }
  return assets;
}

async function readPageFile(file: URL): Promise<Buffer> {
  const source = await readFile(file);
  return file.pathname.endsWith('.ts') ? Buffer.from(forBrowser(withoutTypes(source.toString('utf8')))) : source;
}

function forBrowser(code: string): string {
  return code
    .replace(/\bfrom\s*(["'])preact\/hooks\1/g, 'from"/page/preact-hooks.js"')
    .replace(/\bfrom\s*(["'])preact\1/g, 'from"/page/preact.js"')
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

/** The same as `stripTypeScriptTypes`, without its warning that it is experimental: our Node version is pinned. */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
