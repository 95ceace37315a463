import { expect, test } from 'vitest';
import { StoreError } from '../../src/store.ts';
import { explainRedis, isReadOnly } from '../../src/stores/redis-errors.ts';
import { parseRedisUrl } from '../../src/stores/redis-url.ts';

const address = parseRedisUrl('redis://:hunter2@cache');

function failure(message: string, more: object = {}): Error {
  return Object.assign(new Error(message), more);
}

test.each([
  ['WRONGPASS invalid username-password pair or user is disabled.', /refused the password\. Correct the user/],
  ['NOAUTH Authentication required.', /wants a password\. Add it to REDIS_URL/],
  ["NOPERM this user has no permissions to run the 'evalsha' command", /Allow it the keys k8sgpt-chat:\*/],
  ["READONLY You can't write against a read only replica.", /is a replica, which only reads\. Point REDIS_URL/],
  ['MASTERDOWN Link with MASTER is down', /replica without its primary/],
  ["OOM command not allowed when used memory > 'maxmemory'.", /is full\. Raise its maxmemory/],
  ['MISCONF Redis is configured to save RDB snapshots, but', /cannot save them to its disk/],
  ['NOREPLICAS Not enough good replicas to write.', /too few replicas follow it/],
  ['LOADING Redis is loading the dataset in memory', /is loading its data from disk/],
  ['BUSY Redis is busy running a script.', /script that does not end\. End it with SCRIPT KILL/],
  ['CLUSTERDOWN The cluster is down', /does not serve all of its keys now/],
  ['MOVED 15495 10.0.0.2:6379', /is a node of a Cluster\. Write redis\+cluster:/],
  ['ERR This instance has cluster support disabled', /is no Cluster\. Write redis:/],
  ['ERR DB index is out of range', /has no such database\. Correct the number/],
  ['ERR max number of clients reached', /no connection left\. Raise its maxclients/],
  ['Command timed out', /does not answer\. Check the server, and the network/],
  ['Unknown RESP type 72 "H"', /does not speak as Redis does\. Correct host and port/],
  ['Connection is closed.', /is away: the connection broke\. Start it; .* rediss:/],
  ['something new', /failed \(something new\)\. Check the server and REDIS_URL/],
])('tells what %s means, and the cure', (message, told) => {
  const error = explainRedis(failure(message), address);

  expect(error).toBeInstanceOf(StoreError);
  expect(error.message).toMatch(told);
  expect(error.message).toMatch(/^Redis at cache:6379 /);
});

test.each([
  ['ECONNREFUSED', /refused the connection\. Start it, or correct/],
  ['ENOTFOUND', /its name has no address/],
  ['ETIMEDOUT', /does not answer/],
  ['CERT_HAS_EXPIRED', /a certificate that has expired\. Renew it/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /unknown authority\. Add \?ca=file/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name\. .* \?servername=/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS there\. Write redis:/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants a client certificate\. Add \?cert=file&key=file/],
])('tells what the code %s means, and the cure', (code, told) => {
  expect(explainRedis(failure('failed', { code }), address).message).toMatch(told);
});

test('tells the most exact reason of several', () => {
  const refused = failure('connect ECONNREFUSED 127.0.0.1:7000', { code: 'ECONNREFUSED' });

  const error = explainRedis(failure('Failed to refresh slots cache.', { lastNodeError: refused }), address);

  expect(error.message).toMatch(/refused the connection/);
});

test('tells what Sentinels said', () => {
  const sentinels = parseRedisUrl('redis+sentinel://one,two/mymaster');
  const told = (said: string) =>
    explainRedis(failure('All sentinels are unreachable.', { cause: failure(said) }), sentinels).message;

  expect(told('connected to sentinel one:26379 successfully, but got an invalid reply: null')).toBe(
    'Redis "mymaster" (Sentinel one:26379, two:26379) is not known to its Sentinels. Correct the name of the primary at the end of REDIS_URL.',
  );
  expect(told('failed to connect to sentinel one:26379 because ERR No such master with that name')).toMatch(
    /not known/,
  );
  expect(told('failed to connect to sentinel one:26379 because WRONGPASS invalid password')).toMatch(
    /Sentinels that refused the password\. Add \?sentinel-password=/,
  );
  expect(told('failed to connect to sentinel one:26379 because Connection is closed.')).toMatch(
    /no Sentinel that answers/,
  );
});

test('knows what a script of Redis 6 met', () => {
  const error = failure(
    'ERR Error running script (call to f_1b2): @user_script:3: @user_script: 3: -READONLY You can’t write.',
  );

  expect(isReadOnly(error)).toBe(true);
  expect(explainRedis(error, address).message).toMatch(/is a replica/);
});

test('hides the password that an old server repeats', () => {
  const error = explainRedis(failure("ERR unknown command 'HELLO', with args: '3' 'AUTH' 'hunter2'"), address);

  expect(error.message).toContain("'AUTH' '***'");
  expect(error.message).not.toContain('hunter2');
});

test('leaves what is explained already', () => {
  const error = new StoreError('Redis at cache:6379 is full.');

  expect(explainRedis(error, address)).toBe(error);
});
