/** Clients that ask and do not read. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { appOf } from './recorded.ts';

async function numberOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)![1]);
}

/** A connection that sends this and never looks at what comes back. */
async function deaf(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

t.test('who takes nothing is cut off, whatever it asked for', async (t) => {
  const app = await appOf(t, [t.testdir({})], { stallMs: 300 });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  // More than the kernel keeps for a connection: the page's script again and again.
  const answers = await deaf(url, request('/app.js').repeat(200));
  const stream = await deaf(url, request('/app.js').repeat(200) + request('/api/v1/live'));
  while ((await numberOf(url, 'fgm_viewer_slow_clients_total')) < 2);
  // The one connection that asks for the metrics.
  while ((await numberOf(url, 'fgm_viewer_connections')) > 1);
  answers.destroy();
  stream.destroy();
});

t.test('who waits for news, or for an answer, is left alone', async (t) => {
  const app = await appOf(t, [t.testdir({})], { stallMs: 100 });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = await deaf(url, request('/api/v1/live'));
  t.teardown(() => socket.destroy());
  while ((await numberOf(url, 'fgm_viewer_live_streams')) < 1);
  // Ten times as long as a client may be slow.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  t.equal(await numberOf(url, 'fgm_viewer_live_streams'), 1);
  t.equal(await numberOf(url, 'fgm_viewer_slow_clients_total'), 0);
});
