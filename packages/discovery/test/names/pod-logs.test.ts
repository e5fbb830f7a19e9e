import t from 'tap';
import { indexPodLogs, newestRestart, parsePodLogs } from '../../src/names/pod-logs.ts';
import { POD } from '../trees.ts';

t.test("a pod's directory", async (t) => {
  t.match(parsePodLogs(`kube-system_kube-proxy-x_${POD}`), {
    namespace: 'kube-system',
    pod: 'kube-proxy-x',
    podUid: POD,
  });
  const hash = '3f2a51b0c4d5e6f70123456789abcdef';
  t.match(parsePodLogs(`kube-system_etcd-node.example_${hash}`), { pod: 'etcd-node.example', podUid: hash });
  for (const name of [
    '',
    'x',
    'a_b',
    `a_b_c_${POD}`,
    `A_b_${POD}`,
    `a__${POD}`,
    'a_b_',
    `a\n_b_${POD}`,
    `a_b_${POD}/x`,
  ])
    t.equal(parsePodLogs(name), null, JSON.stringify(name));
});

t.test('by uid', async (t) => {
  const index = indexPodLogs([`a_b_${POD}`, 'lost+found', `c_d_${POD}`, 'a_b_other']);
  t.same(
    index.get(POD)?.map(({ pod }) => pod),
    ['b', 'd'],
  );
  t.equal(index.size, 2);
});

t.test('the newest restart, rotated or not', async (t) => {
  for (const [names, expected] of [
    [[], null],
    [['0.log'], 0],
    [['9.log', '10.log', '2.log'], 10],
    [['3.log', '3.log.20261121-085130', '2.log.20261120-000000.gz'], 3],
    [['4.log.20261121-085130.gz'], 4],
    [['x.log', '-1.log', '5.logs', '6.txt', '7', '.log', '99999999999.log'], null],
  ] as const)
    t.equal(newestRestart(names), expected, names.join(' '));
});
