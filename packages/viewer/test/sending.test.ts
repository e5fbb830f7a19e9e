/** Files that are sent to those who do not take them, or take them too slowly: over real sockets, with limits of moments. */
import { once } from 'node:events';
import { createReadStream, openSync, truncateSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { Exporter, SendingLimits } from '../src/http/exporter.ts';
import { openFiles } from './open-files.ts';
import { appOf, recorded } from './recorded.ts';

const SLOW = { timeout: 120_000 } as const;
/** More than kernels keep for a connection. */
const BYTES = 128 * 2 ** 20;
const LONG_MS = 100_000;

/** A viewer whose exports are a large file that is there already. @returns where it listens, and whether the file is open */
async function viewer(
  t: Test,
  sending: SendingLimits,
): Promise<{ readonly url: string; readonly isOpen: () => boolean }> {
  const path = join(t.testdir({}), 'large');
  writeFileSync(path, '');
  truncateSync(path, BYTES);
  const exporter: Exporter = () => {
    const content = createReadStream('', { fd: openSync(path, 'r'), start: 0 });
    return Promise.resolve({ content, bytes: BYTES, rows: 1, from: '2026', to: '2027', cut: null });
  };
  const app = await appOf(t, [await recorded(t, 'v2', 30_000)], { exporter, sending });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, isOpen: () => openFiles().includes(path) };
}

interface Client {
  readonly response: IncomingMessage;
  /** Resolved with what the connection ended by. */
  readonly over: Promise<Error>;
}

async function ask(url: string): Promise<Client> {
  const request = get(`${url}/api/v1/export?from=-1h`, { agent: false });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const over = once(response, 'error').then(([error]) => error as Error);
  return { response, over };
}

async function rest(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

t.test('who takes nothing is cut off, and its file is closed', SLOW, async (t) => {
  const { url, isOpen } = await viewer(t, { stallMs: 300, totalMs: LONG_MS });
  const { response, over } = await ask(url);
  response.pause();
  while (isOpen()) await rest();
  // What the kernels have kept is still there to be taken; then comes that there is no more.
  response.resume();
  t.match(await over, { code: 'ECONNRESET' });
  t.equal(response.complete, false);
});

t.test('who takes something all the time, but not all of it in time, is cut off', SLOW, async (t) => {
  const { url, isOpen } = await viewer(t, { stallMs: LONG_MS, totalMs: 700 });
  const { response, over } = await ask(url);
  let taken = 0;
  response.on('data', (bytes: Buffer) => {
    taken += bytes.length;
    response.pause();
    setTimeout(() => response.resume(), 20);
  });
  t.match(await over, { code: 'ECONNRESET' });
  t.ok(taken > 0 && taken < BYTES, `${taken} bytes`);
  while (isOpen()) await rest();
  t.equal(response.complete, false);
});

t.test('who takes it gets all of it', SLOW, async (t) => {
  const { url, isOpen } = await viewer(t, { stallMs: LONG_MS, totalMs: LONG_MS });
  const { response } = await ask(url);
  t.ok(isOpen());
  let taken = 0;
  for await (const bytes of response) taken += (bytes as Buffer).length;
  t.equal(taken, BYTES);
  t.equal(response.complete, true);
  while (isOpen()) await rest();
});
