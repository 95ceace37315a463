import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defineCommand } from '../command.ts';
import { messageOf, UsageError, UserError } from '../errors.ts';

export default defineCommand({
  name: 'record',
  summary: 'Writes what an analysis reads to one compressed file, with credentials masked, to replay it elsewhere.',
  words: '<file>',
  options: [
    { name: 'context', value: 'name', summary: 'Another context of the kubeconfig.' },
    { name: 'kubeconfig', value: 'file', summary: 'Another kubeconfig.' },
  ],
  examples: [{ line: 'record cluster.json.gz', does: 'Then K8SGPT_RECORDING=cluster.json.gz replays it.' }],
  where: 'terminal',

  async run({ words, options, services, chat, signal }) {
    const [file] = words;
    if (!file) throw new UsageError(`Say which file to write: ${chat.prefix} record cluster.json.gz`);
    // Said before a large cluster is read, not after.
    await access(dirname(file), constants.W_OK).catch(() => {
      throw new UserError(`${file} cannot be written. Choose a file in a folder that exists and may be written to.`);
    });
    const { bytes, objects, logs } = await services.analysis.record({
      signal,
      onProgress: (label, done, of) => chat.progress(label, done, of),
      ...(typeof options.context === 'string' && { context: options.context }),
      ...(typeof options.kubeconfig === 'string' && { kubeconfig: options.kubeconfig }),
    });
    try {
      await writeFile(file, bytes, { mode: 0o600 });
    } catch (error) {
      throw new UserError(`${file} cannot be written: ${messageOf(error)}`);
    }
    const failed = logs.failed > 0 ? `; ${logs.failed} could not be read` : '';
    const text =
      `Recorded ${objects.toLocaleString('en')} objects in ${file} (${Math.ceil(bytes.length / 1024)} kB), ` +
      `and ${logs.recorded} logs of Pods that have findings${failed}.`;
    await chat.post({ text, blocks: [{ type: 'alert', level: 'success', text }] });
  },
});
