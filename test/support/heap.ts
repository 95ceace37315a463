import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Loaded into a program by --import: on SIGUSR2 it says how many bytes are in use once all garbage is gone. */
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

process.on('SIGUSR2', () => {
  gc();
  gc();
  process.stdout.write(`heap ${process.memoryUsage().heapUsed}\n`);
});
