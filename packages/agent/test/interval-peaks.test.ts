import { detectCgroups } from '@fgm/discovery';
import t from 'tap';
import { whyNoIntervalPeaks } from '../src/interval-peaks.ts';

const V2 = { 'cgroup.controllers': 'memory\n', 'init.scope': {} };
const V1_MEMORY = { memory: { tasks: '', 'memory.usage_in_bytes': '' } };

t.test('what keeps interval peaks from being recorded', (t) => {
  const why = (tree: Record<string, unknown>): string | null =>
    whyNoIntervalPeaks(detectCgroups(t.testdir(tree as Parameters<typeof t.testdir>[0])));
  t.match(why({ unified: V2, ...V1_MEMORY }), /^cgroup v1 has the memory controller/);
  t.equal(why({}), 'there is no cgroup v2 tree');
  t.match(why(V2), /^no cgroup below .* has a memory\.peak/);
  t.match(
    why({ ...V2, 'a.slice': { 'memory.peak': {} } }),
    /memory\.peak cannot be reset \(errno \d+\): that needs Linux 6\.12/,
  );
  t.equal(why({ ...V2, 'a.slice': { 'memory.peak': '5\n' } }), null, 'a file that takes it');
  t.end();
});
