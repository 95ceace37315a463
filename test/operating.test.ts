import { expect, test } from 'vitest';
import { startApp } from '../src/app.ts';
import { silent } from '../src/log.ts';

test('an operator over a recording is refused, with the cure', async () => {
  const env = { OPERATOR: 'true', DATA_DIR: ':memory:', PORT: '0' };

  const started = startApp({ env, cluster: { sample: true }, log: silent });

  await expect(started).rejects.toThrow('OPERATOR=true needs a cluster, and there is none but a recording.');
});
