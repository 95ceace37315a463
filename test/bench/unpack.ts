import { readFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { gunzipSync } from 'node:zlib';

/** What reading a recording is measured against: its lines, parsed and thrown away. */
const text = gunzipSync(await readFile(argv[2] ?? ''));
for (let start = 0; start < text.length; ) {
  const end = text.indexOf(10, start);
  JSON.parse(text.toString('utf8', start, end < 0 ? text.length : end));
  start = end < 0 ? text.length : end + 1;
}
