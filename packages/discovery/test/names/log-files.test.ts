import t from 'tap';
import { HostRoot } from '../../src/names/host-root.ts';
import { LogFiles } from '../../src/names/log-files.ts';
import { POD, id } from '../trees.ts';
import { FakeNode, WEB, inPod } from './fake-node.ts';

function logsOf(node: FakeNode): LogFiles {
  return new LogFiles(new HostRoot(node.hostRoot));
}

const nowhere = () => Promise.resolve(null);
const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

t.test('links', async (t) => {
  const node = new FakeNode(t.testdir({}));
  node.logLink(1, WEB, 'web', 2);
  node.write(`/var/log/containers/web-0_default_plain-${id(2)}.log`, 'no link');
  const logs = logsOf(node);
  t.match(await logs.links(id(1)), [{ pod: 'web-0', container: 'web', podUid: POD, restartCount: 2 }]);
  t.match(await logs.links(id(2)), [{ pod: 'web-0', container: 'plain', podUid: null, restartCount: null }]);
  t.same(await logs.links(id(3)), []);
});

t.test("a pod's directory", async (t) => {
  const node = new FakeNode(t.testdir({}));
  node.logs(WEB, 'web', 1);
  const logs = logsOf(node);
  const pod = { namespace: 'default', pod: 'web-0', podUid: POD };
  const known = inPod(1);
  t.match(await logs.pod(known, no, nowhere), [{ ...pod, container: null, scope: null }]);
  t.match(await logs.pod(known, yes, nowhere), [{ ...pod, container: 'web', scope: 'container', restartCount: 1 }]);
  t.match(await logs.pod({ ...known, container: 'other' }, no, nowhere), [
    { ...pod, container: 'other', restartCount: null },
  ]);
  t.same(await logs.pod({ ...known, podUid: null }, yes, nowhere), []);
  t.same(await logs.pod(inPod(1, '11111111-2222-3333-4444-555555555555'), yes, nowhere), []);
});

t.test('a place that the sandbox tells counts where the usual one has nothing', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const directory = `/srv/shop_web-0_${POD}`;
  node.write(`${directory}/web/3.log`, '');
  const logs = logsOf(node);
  t.match(await logs.pod({ ...inPod(1), container: 'web' }, no, async () => directory), [
    { namespace: 'shop', restartCount: 3 },
  ]);
  t.same(await logs.pod(inPod(1), yes, async () => '/srv/other'), []);
  node.logs(WEB, 'web', 0);
  t.match(await logs.pod({ ...inPod(1), container: 'web' }, no, async () => directory), [
    { namespace: 'default', restartCount: 0 },
  ]);
});

t.test('a file in the place of a container', async (t) => {
  const node = new FakeNode(t.testdir({}));
  node.write(`/var/log/pods/default_web-0_${POD}/NOT-A-NAME`, '');
  t.match(await logsOf(node).pod(inPod(1), yes, nowhere), [{ pod: 'web-0', container: null }]);
});
