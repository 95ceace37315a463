import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

test('without any setting the state lies in the home of the person', () => {
  expect(readConfig({ HOME: '/home/anna' })).toEqual({
    port: 3000,
    host: '0.0.0.0',
    logLevel: 'info',
    stateFile: '/home/anna/.local/state/k8sgpt-chat/state.db',
  });
});

test('a setting that is empty counts as absent', () => {
  const empty = { PORT: '', HOST: '', LOG_LEVEL: '', DATA_DIR: '', XDG_STATE_HOME: '', K8SGPT_RECORDING: '' };

  expect(readConfig({ HOME: '/home/anna', ...empty })).toEqual(readConfig({ HOME: '/home/anna' }));
});

test.each([
  ['/var/lib/bot', '/var/lib/bot/state.db'],
  [':memory:', ':memory:'],
])('DATA_DIR=%s keeps the state in %s', (folder, file) => {
  expect(readConfig({ DATA_DIR: folder }).stateFile).toBe(file);
});

test.each([
  [{ PORT: '70000' }, 'PORT must be a number from 0 to 65535, not "70000".'],
  [{ PORT: 'http' }, 'PORT must be a number from 0 to 65535, not "http".'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of debug, info, warn, error, silent, not "loud".'],
])('%o is refused with what it may be', (env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});

test('a process is an operator where that is switched on', () => {
  expect(readConfig({})).not.toHaveProperty('operatorNamespace');
  expect(readConfig({ OPERATOR: 'false' })).not.toHaveProperty('operatorNamespace');
  expect(readConfig({ OPERATOR: 'true' })).toMatchObject({ operatorNamespace: 'default' });
  expect(readConfig({ OPERATOR: 'true', OPERATOR_NAMESPACE: 'ops' })).toMatchObject({ operatorNamespace: 'ops' });
  expect(() => readConfig({ OPERATOR: 'perhaps' })).toThrow('OPERATOR must be true or false');
});
