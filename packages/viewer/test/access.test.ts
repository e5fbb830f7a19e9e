/** Who is let in. */
import { get } from 'node:http';
import t from 'tap';
import { startViewer } from '../src/viewer.ts';
import { appOf, ask } from './recorded.ts';

t.test('a token keeps others out', async (t) => {
  const app = await appOf(t, [t.testdir({})], { token: 'a-long-secret' });
  t.match(await ask(app, 'metrics'), { status: 401, body: { error: { code: 'unauthorized' } } });
  const url = '/api/v1/metrics';
  t.equal((await app.inject({ url, headers: { authorization: 'Bearer a-long-secreT' } })).statusCode, 401);
  t.equal((await app.inject({ url, headers: { authorization: 'Bearer a-long-secret' } })).statusCode, 200);
  for (const [path, status] of [
    ['/', 200],
    ['/?last=900', 200],
    ['/app.js', 200],
    ['/style.css', 200],
    ['/openapi.json', 401],
    ['/nothing', 401],
    ['/api/v1/export', 401],
    ['/api/v1/live', 401],
  ] as const)
    t.equal((await app.inject(path)).statusCode, status, path);
  t.equal((await app.inject('/healthz')).statusCode, 200, 'whoever looks whether it lives needs none');
});

t.test('pages of other names may not read what only this machine may', async (t) => {
  const version = 'test';
  const viewer = await startViewer({ directories: [t.testdir({})], host: '127.0.0.1', port: 0, token: null, version });
  t.teardown(() => viewer.close());
  const { port } = new URL(viewer.url);
  const statusOf = async (host: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    get(`${viewer.url}/api/v1/metrics`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
    return await promise;
  };
  for (const own of ['localhost', '127.0.0.1', '[::1]', 'a.localhost', '10.1.2.3'])
    t.equal(await statusOf(`${own}:${port}`), 200, own);
  for (const foreign of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'a b'])
    t.equal(await statusOf(`${foreign}:${port}`), 403, foreign);
});
