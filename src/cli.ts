import { Console } from 'node:console';
import { enableCompileCache } from 'node:module';

// What Node compiled is kept for the next run; a command in a terminal then starts in half the time.
enableCompileCache();
// What an SDK has to say goes beside the output, which may be JSON.
globalThis.console = new Console(process.stderr);
await import('./terminal.ts');
