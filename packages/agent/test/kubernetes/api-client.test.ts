import { hasProgram } from '@fgm/testkit';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { makeAuthority } from './authority.ts';
import { refuse, type Trick } from './api-server.ts';
import { fails } from './fails.ts';
import { clientOf, putFile, startCluster, TIMEOUT_MS } from './harness.ts';
import { ApiClient } from '../../src/kubernetes/api-client.ts';

const skip = !hasProgram('openssl') && 'openssl makes the certificates';
const NEVER = new AbortController().signal;
const QUERY = { fieldSelector: 'spec.nodeName=node-1' };

t.test('asks with its token, and tells what it is', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const client = clientOf(cluster);
  t.teardown(() => client.close());
  t.match(await client.get('/api/v1/pods', QUERY, NEVER), { kind: 'PodList', items: null });
  t.match(cluster.server.asked[0], { path: '/api/v1/pods', token: 'token-1' });
  cluster.server.tokens.clear();
  cluster.server.tokens.add('token-2');
  await fails(t, client.get('/api/v1/pods', QUERY, NEVER), { reason: 'unauthorized' });
  putFile(cluster.serviceAccount, 'token', 'token-2\n');
  t.match(await client.get('/api/v1/pods', QUERY, NEVER), { kind: 'PodList' }, 'a token that was replaced');
});

t.test('what the server answers', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const client = clientOf(cluster);
  t.teardown(() => client.close());
  const answers: [what: string, trick: Trick, error: object][] = [
    ['403', (_, response) => said(refuse(response, 403, 'no')), { reason: 'forbidden', message: /answered 403: no/ }],
    ['410', (_, response) => said(refuse(response, 410, 'too old')), { reason: 'gone', status: 410 }],
    ['500', (_, response) => said(refuse(response, 500, 'etcd')), { reason: 'server', retryAfterMs: null }],
    [
      '429',
      (_, response) => said(refuse(response, 429, 'slow', { 'retry-after': '7' })),
      { reason: 'throttled', retryAfterMs: 7000 },
    ],
    [
      '429 for ever',
      (_, response) => said(refuse(response, 429, '', { 'retry-after': '999999' })),
      { retryAfterMs: 300_000 },
    ],
    [
      '429 with a date',
      (_, response) => said(refuse(response, 429, '', { 'retry-after': 'Sat, 21 Nov' })),
      { retryAfterMs: null },
    ],
    [
      'a redirect',
      (_, response) => said(response.writeHead(302, { location: 'https://elsewhere/' }).end()),
      { reason: 'status', status: 302 },
    ],
    ['a page of HTML', (_, response) => said(response.end('<html>')), { reason: 'malformed' }],
    [
      'no reason',
      (_, response) => said(response.writeHead(503).end('\xff{')),
      { reason: 'server', message: /without a reason/ },
    ],
    ['a hang-up', (_, response) => said(response.destroy()), { reason: 'cut' }],
    [
      'half an answer',
      (_, { socket, ...response }) => said(void response, socket!.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{')),
      { reason: 'cut' },
    ],
    ['no HTTP', (_, { socket }) => said(socket!.end('SSH-2.0\r\n')), { reason: 'malformed' }],
    ['nothing', () => true, { reason: 'timeout', message: `no end after ${TIMEOUT_MS} ms` }],
    ['a drip', (_, response) => said(drip(response)), { reason: 'timeout' }],
  ];
  for (const [what, trick, error] of answers) {
    cluster.server.trick = trick;
    await fails(t, client.get('/api/v1/pods', QUERY, NEVER), error, what);
  }
  cluster.server.trick = () => false;
  t.match(await client.get('/api/v1/pods', QUERY, NEVER), { kind: 'PodList' }, 'it is not the worse for any of that');
});

/** That it was answered, after all the steps of the answer. */
function said(...steps: unknown[]): boolean {
  return steps.length > 0;
}

/** Writes without an end, always soon enough that the connection does not seem idle. */
function drip(response: {
  write: (text: string) => boolean;
  once: (event: 'close', listener: () => void) => unknown;
}): void {
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
}

t.test('only a server that the authority vouches for', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const client = clientOf(cluster);
  t.teardown(() => client.close());
  const other = join(cluster.directory, 'other');
  mkdirSync(other);
  putFile(cluster.serviceAccount, 'ca.crt', makeAuthority(other).ca);
  await fails(t, client.get('/api/v1/pods', QUERY, NEVER), { reason: 'tls' });
  t.equal(cluster.server.asked.length, 0, 'the token was not shown');
  putFile(cluster.serviceAccount, 'ca.crt', 'no certificate');
  await fails(t, client.get('/api/v1/pods', QUERY, NEVER), { reason: 'tls' });
  putFile(cluster.serviceAccount, 'ca.crt', cluster.authority.ca);
  t.match(await client.get('/api/v1/pods', QUERY, NEVER), { kind: 'PodList' }, 'an authority that was replaced');
  const host = { host: 'localhost', port: cluster.server.port };
  const byName = new ApiClient({ server: host, serviceAccount: cluster.serviceAccount, timeoutMs: TIMEOUT_MS });
  t.teardown(() => byName.close());
  t.match(await byName.get('/api/v1/pods', QUERY, NEVER), { kind: 'PodList' }, 'by its name');
});

t.test('nobody there, or somebody else', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const client = clientOf(cluster);
  t.teardown(() => client.close());
  await cluster.server.stop();
  await fails(t, client.get('/api/v1/pods', QUERY, NEVER), { reason: 'connect' });
  const plain = createServer((socket) => socket.end('plain text')).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  t.teardown(() => plain.close());
  const server = { host: '127.0.0.1', port: (plain.address() as AddressInfo).port };
  const mistaken = new ApiClient({ server, serviceAccount: cluster.serviceAccount, timeoutMs: TIMEOUT_MS });
  t.teardown(() => mistaken.close());
  await fails(t, mistaken.get('/api/v1/pods', QUERY, NEVER), { reason: 'tls' });
});

t.test('a stream', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const client = clientOf(cluster);
  t.teardown(() => client.close());
  const seen: unknown[] = [];
  cluster.server.trick = (_, response) => said(response.write('{"a":1}\n{"a"'), response.end(':2}\n'));
  await client.stream('/x', {}, 1000, NEVER, (value) => seen.push(value));
  t.same(seen, [{ a: 1 }, { a: 2 }]);
  cluster.server.trick = (_, response) => said(drip(response));
  await fails(
    t,
    client.stream('/x', {}, 100, NEVER, () => {}),
    { reason: 'timeout' },
    'one that outlasts its time',
  );
  cluster.server.trick = () => true;
  await fails(
    t,
    client.stream('/x', {}, 60_000, NEVER, () => {}),
    { reason: 'timeout', message: /400 ms/ },
    'one that does not open',
  );
  const controller = new AbortController();
  cluster.server.trick = (_, response) => said(response.write('{"a":3}\n'));
  const ended = client.stream('/x', {}, 60_000, controller.signal, () => controller.abort());
  await t.rejects(ended, 'one that is not wanted any more');
});
