import { hasProgram } from '@fgm/testkit';
import t from 'tap';
import { until } from '../harness/recording.ts';
import { podObject, refuse } from './api-server.ts';
import { putFile, RunningWatch, startCluster } from './harness.ts';

const skip = !hasProgram('openssl') && 'openssl makes the certificates';

t.test('list, watch, and go on from where a watch ended', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  server.pageSize = 2;
  for (const uid of ['u1', 'u2', 'u3', 'u4', 'u5']) server.set({ name: uid, uid, labels: { v: '1' } });
  server.set({ name: 'other', uid: 'u6', node: 'node-2' });
  const watch = new RunningWatch(t, cluster);
  await watch.sees('u5', 'v', '1');
  await until('it watches', () => server.watches === 1);
  t.equal(watch.pods.size, 5, 'all pages, and no pod of another node');
  const [first, second, third] = server.lists();
  t.equal(first?.query.get('resourceVersion'), '0', 'any version will do');
  t.same([second?.query.get('continue'), third?.query.get('continue')], ['2', '4']);
  t.notOk(second?.query.has('resourceVersion'), 'a page names its version itself');
  const watched = server.asked.at(-1)!.query;
  t.match(watched.get('timeoutSeconds'), /^\d+$/);
  t.equal(watched.get('allowWatchBookmarks'), 'true');

  server.set({ name: 'u1', uid: 'u1', labels: { v: '2' } });
  await watch.sees('u1', 'v', '2');
  server.set({ name: 'new', uid: 'u7', labels: { v: '1' } });
  await watch.sees('u7', 'v', '1');
  server.remove('u2');
  await until('u2 is gone', () => watch.pods.find('u2', '') === null);

  server.endWatches();
  await until('it watches again', () => server.asked.length === 5 && server.watches === 1);
  t.equal(server.lists().length, 3, 'without a new list');
  t.equal(server.asked.at(-1)!.query.get('resourceVersion'), '109', 'from the last version');
  t.same(watch.failures, [], 'which is no failure');
});

t.test('bookmarks move the version on while nothing happens', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
  const watch = new RunningWatch(t, cluster);
  await until('it watches', () => server.watches === 1);
  server.set({ name: 'b', uid: 'u2', node: 'node-2' });
  server.compact();
  const before = watch.successes;
  server.bookmark();
  await until('the bookmark has come', () => watch.successes > before);
  server.endWatches();
  await until('it watches again', () => server.asked.filter(({ query }) => query.has('watch')).length === 2);
  server.set({ name: 'a', uid: 'u1', labels: { v: '2' } });
  await watch.sees('u1', 'v', '2');
  t.equal(server.lists().length, 1, 'the past was forgotten, and not needed');
});

t.test('410: the past is forgotten', { skip }, async (t) => {
  for (const [what, code] of [
    ['in the stream', null],
    ['in the head', 410],
  ] as const) {
    await t.test(what, async (t) => {
      const cluster = await startCluster(t);
      const { server } = cluster;
      server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
      server.set({ name: 'b', uid: 'u2' });
      const watch = new RunningWatch(t, cluster);
      await until('it watches', () => server.watches === 1);
      server.trick = ({ query }, response) => {
        if (code === null || !query.has('watch')) return false;
        server.trick = () => false;
        refuse(response, code, 'too old resource version');
        return true;
      };
      server.cut();
      server.set({ name: 'a', uid: 'u1', labels: { v: '2' } });
      server.remove('u2');
      if (code === null) server.compact();
      await watch.sees('u1', 'v', '2');
      await until('it watches again', () => server.watches === 1);
      t.equal(watch.pods.find('u2', ''), null, 'a pod that went meanwhile is gone');
      t.equal(server.lists().length, 2, 'there is a new list');
      t.equal(server.lists()[1]?.query.get('resourceVersion'), '102', 'that is not older than what is known');
      t.same(watch.failures, ['cut (routine)', 'gone']);
    });
  }
});

t.test('a server whose versions went back', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
  const watch = new RunningWatch(t, cluster);
  await until('it watches', () => server.watches === 1);
  const object = podObject({ name: 'a', uid: 'u1', labels: { v: '2' } }, '99999');
  server.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n{\n`);
  await watch.fails('malformed');
  await watch.fails('server');
  await watch.sees('u1', 'v', '1');
  t.same(
    server.lists().map(({ query }) => query.get('resourceVersion')),
    ['0', '99999', ''],
  );
});

t.test('what a stream can end with', { skip }, async (t) => {
  const bookmark = (version: string): string =>
    JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: version } } });
  const endings: [what: string, bytes: string | Uint8Array, cut: boolean, failure: string][] = [
    ['a cut in the middle of a line', bookmark('5').slice(0, 20), true, 'cut (routine)'],
    ['no JSON', 'nonsense\n', false, 'malformed'],
    ['no event', '{"type":"SOMETHING","object":{}}\n', false, 'malformed'],
    ['an error of the server', '{"type":"ERROR","object":{"code":500,"message":"etcd"}}\n', false, 'server'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x0a), false, 'malformed'],
    ['a line without end', 'x'.repeat(5 * 2 ** 20), false, 'too_large'],
  ];
  for (const [what, bytes, cut, failure] of endings) {
    await t.test(what, async (t) => {
      const cluster = await startCluster(t);
      const { server } = cluster;
      server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
      const watch = new RunningWatch(t, cluster);
      await until('it watches', () => server.watches === 1);
      server.write(bytes);
      if (cut) server.cut();
      await watch.fails(failure);
      server.set({ name: 'a', uid: 'u1', labels: { v: '2' } });
      await watch.sees('u1', 'v', '2');
      t.equal(watch.failures[0], failure);
      t.equal(watch.pods.size, 1);
    });
  }
});

t.test('texts that are odd, or huge', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  const annotations = { big: 'é'.repeat(100_000), small: 'ok' };
  server.set({ name: 'a', uid: 'u1', labels: { v: '1' }, annotations });
  const watch = new RunningWatch(t, cluster);
  await watch.sees('u1', 'v', '1');
  t.match(watch.pods.find('u1', '')?.pod.annotations, { big: /…\[cut from 200000 bytes\]$/, small: 'ok' });
  t.equal(watch.pods.cut, 1);
  await until('it watches', () => server.watches === 1);
  const line = JSON.stringify({
    type: 'MODIFIED',
    object: podObject({ name: 'a', uid: 'u1', labels: { v: 'X' } }, '200'),
  });
  const [before, after] = line.split('X') as [string, string];
  server.write(Buffer.concat([Buffer.from(before), Buffer.of(0xff, 0xc3), Buffer.from(`${after}\n`)]));
  await watch.sees('u1', 'v', '\u{fffd}\u{fffd}');
  t.same(watch.failures, []);
});

t.test('refused, then let in', { skip }, async (t) => {
  for (const code of [401, 403, 429, 500]) {
    const cluster = await startCluster(t);
    const { server } = cluster;
    server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
    let refusals = 0;
    server.trick = (_, response) => ++refusals <= 3 && (refuse(response, code, 'not now'), true);
    const watch = new RunningWatch(t, cluster);
    await watch.sees('u1', 'v', '1');
    t.equal(watch.failures.length, 3, `${code}`);
    t.ok(watch.errors.every(({ routine }) => !routine));
  }
});

t.test('as long as the server wishes', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
  const times: number[] = [];
  server.trick = (_, response) => {
    if (times.push(performance.now()) > 1) return false;
    refuse(response, 429, 'too many', { 'retry-after': '1' });
    return true;
  };
  const watch = new RunningWatch(t, cluster);
  await watch.sees('u1', 'v', '1');
  t.ok(times[1]! - times[0]! >= 990, 'a second');
});

t.test('a token that was replaced while it watched', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server, serviceAccount } = cluster;
  server.set({ name: 'a', uid: 'u1', labels: { v: '1' } });
  const watch = new RunningWatch(t, cluster);
  await until('it watches', () => server.watches === 1);
  putFile(serviceAccount, 'token', 'token-2');
  server.tokens.add('token-2');
  server.tokens.delete('token-1');
  server.bookmark(); // a watch in which nothing was said would not count as one
  server.endWatches();
  await until('it watches again', () => server.asked.length === 3 && server.watches === 1);
  t.equal(server.asked.at(-1)?.token, 'token-2');
  t.same(watch.failures, []);
});

t.test('watches that end at once do not make it busy', { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { server } = cluster;
  server.trick = ({ query }, response) => query.has('watch') && (response.end(), true);
  const watch = new RunningWatch(t, cluster, { firstPauseMs: 4 });
  await until('it has tried some times', () => watch.errors.length >= 6);
  t.ok(watch.errors.every(({ error }) => error.reason === 'cut'));
  t.ok(
    watch.errors.slice(1).every(({ routine }) => !routine),
    'one is routine, a row of them is not',
  );
});
