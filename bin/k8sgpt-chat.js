#!/usr/bin/env node
// Starts the terminal program on Node 24, whatever Node this file was started by. Plain JavaScript, since Node does not
// strip types from files under node_modules, where an installed package lies; the hook below does it there.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = realpathSync(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await start();
} else {
  const runtime = findRuntime();
  if (!runtime) {
    process.stderr.write(
      `k8sgpt-chat needs Node 24 or newer; this is ${process.version}. Install it, or install this package without --omit=optional.\n`,
    );
    process.exit(1);
  }
  const { status } = spawnSync(runtime, [here, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

async function start() {
  const { registerHooks, stripTypeScriptTypes } = await import('node:module');
  const own = new URL('../src/', import.meta.url).href;
  process.removeAllListeners('warning');
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith(own) || !url.endsWith('.ts')) return next(url, context);
      const { source } = next(url, { ...context, format: 'module' });
      return { format: 'module', source: stripTypeScriptTypes(String(source)), shortCircuit: true };
    },
  });
  await import(new URL('cli.ts', own).href);
}

/** The Node 24 that the optional dependencies bring along for this machine. */
function findRuntime() {
  const require = createRequire(import.meta.url);
  for (const name of [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    try {
      const file = require.resolve(`${name}/bin/node`);
      if (existsSync(file)) return file;
    } catch {
      // Not the package of this machine.
    }
  }
  return undefined;
}
