import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import t from 'tap';
import type { Test } from 'tap';
import { openServer, type RunningHttp, serveHttp } from '../src/index.ts';
import { call, recorded } from './served.ts';

async function serving(t: Test, directory: string, token: string | null): Promise<RunningHttp> {
  const server = await openServer({ directories: [directory], version: 'test' });
  const running = await serveHttp(server, { host: '127.0.0.1', port: 0, token });
  t.teardown(async () => {
    await running.close();
    await server.close();
  });
  return running;
}

async function connected(t: Test, url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  t.teardown(() => client.close());
  return client;
}

/** Status of a request with headers that fetch does not let one set. */
function statusOf(url: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject).end();
  });
}

t.test('without a token everybody on this machine asks, and no page of another host', async (t) => {
  t.testdir({});
  const { url } = await serving(t, await recorded(t, 'v1'), null);
  const clients = await Promise.all([connected(t, url), connected(t, url)]);
  for (const client of clients) {
    t.match((await call(client, 'list_nodes', {})).answer, { state: 'ready' });
    t.match((await call(client, 'get_series', { metrics: ['nonsense'] })).failure, /unknown_metric/);
  }
  const { host, port } = new URL(url);
  t.equal(await statusOf(url, 'POST', { host: `evil.example:${port}` }), 403, 'a name that leads here');
  t.equal(await statusOf(url, 'POST', { host, origin: 'https://evil.example' }), 403, 'a page from elsewhere');
  t.equal(await statusOf(url, 'POST', { host, origin: 'null' }), 403, 'a page from nowhere');
  t.equal(await statusOf(url, 'GET', { host }), 405);
  t.equal(await statusOf(url.replace('/mcp', '/'), 'GET', { host }), 404);
  const large = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  };
  t.equal((await fetch(url, { ...large, body: 'x'.repeat(5_000_000) })).status, 413);
  t.equal((await fetch(url, { ...large, body: '{' })).status, 400);
});

t.test('with a token', async (t) => {
  const { url } = await serving(t, t.testdir({}), 'a-token-of-tests');
  await t.rejects(connected(t, url));
  await t.rejects(connected(t, url, { authorization: 'Bearer another-of-tests' }));
  const client = await connected(t, url, { authorization: 'Bearer a-token-of-tests' });
  t.match((await call(client, 'list_nodes', {})).answer, { state: 'waiting' });
  const server = await openServer({ directories: [], version: 'test' });
  t.teardown(() => server.close());
  const taken = { host: '127.0.0.1', port: Number(new URL(url).port), token: null };
  await t.rejects(serveHttp(server, taken), { message: /cannot listen on 127\.0\.0\.1:\d+: the port is taken/ });
});
