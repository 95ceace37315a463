import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildSample } from './sample.ts';

const file = fileURLToPath(new URL('../../src/recording/sample.json.gz', import.meta.url));
const { bytes, objects } = await buildSample(process.env);
await writeFile(file, bytes);
process.stdout.write(`Recorded ${objects} objects in ${Math.round(bytes.length / 1000)} kB: ${file}\n`);
