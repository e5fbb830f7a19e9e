import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { indexLinks, parseLogLink, withTarget } from '../../src/names/log-link.ts';
import { POD, id } from '../trees.ts';

const WEB = `web-0_default_web-${id(1)}.log`;

t.test('a link names pod, namespace, container and id', async (t) => {
  const facts = { scope: 'container', namespace: 'default', pod: 'web-0', container: 'web' };
  t.match(parseLogLink(WEB), { containerId: id(1), facts });
  const dashes = parseLogLink(`kube-proxy-a.b_kube-system_kube-proxy-x-${id(2)}.log`);
  t.match(dashes, { containerId: id(2), facts: { pod: 'kube-proxy-a.b', container: 'kube-proxy-x' } });
});

t.test('what is no link of the kubelet', async (t) => {
  for (const name of [
    '',
    'web.log',
    `web_${id(1)}.log`,
    `a_b_c_d-${id(1)}.log`,
    `Web_default_web-${id(1)}.log`,
    `web_default_web-${id(1).slice(1)}.log`,
    `web_default_web-${id(1)}0.log`,
    `web_default_-${id(1)}.log`,
    `web_def\nault_web-${id(1)}.log`,
    `web_default_web-${id(1)}`,
    `web_default_web-${id(1)}.log.1`,
    `${'p'.repeat(180)}_default_web-${id(1)}`.slice(0, 251).concat('.log'),
  ])
    t.equal(parseLogLink(name), null, name.slice(0, 40));
});

t.test('its target tells the uid and the restart', async (t) => {
  const link = parseLogLink(WEB)!;
  const target = `/var/log/pods/default_web-0_${POD}/web/3.log`;
  t.match(withTarget(link, target), { podUid: POD, restartCount: 3, pod: 'web-0' });
  for (const other of [
    '',
    '/x',
    `/var/log/pods/other_web-0_${POD}/web/3.log`,
    `/var/log/pods/default_web-1_${POD}/web/3.log`,
    `/var/log/pods/default_web-0_${POD}/sidecar/3.log`,
    `/var/log/pods/default_web-0_${POD}/web/x.log`,
    `/var/lib/docker/containers/${id(1)}/${id(1)}-json.log`,
  ])
    t.match(withTarget(link, other), { podUid: null, restartCount: null, pod: 'web-0' }, other);
});

t.test('links by id', async (t) => {
  const other = `web-1_default_web-${id(1)}.log`;
  const index = indexLinks([WEB, 'README', other, `a_b_c-${id(2)}.log`]);
  t.same(
    index.get(id(1))?.map(({ name }) => name),
    [WEB, other],
  );
  t.equal(index.get(id(2))?.length, 1);
  t.equal(index.size, 2);
});

t.test('whatever the name, what is said of it can be read in it', async (t) => {
  const part = fc.oneof(fc.constantFrom('web', '_', '-', id(1), '.log', 'default', '\n'), fc.string({ maxLength: 5 }));
  await holds(
    t,
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const name = parts.join('');
      const link = parseLogLink(name);
      if (link === null) return;
      const { pod, namespace, container } = link.facts;
      if (`${pod}_${namespace}_${container}-${link.containerId}.log` !== name) throw new Error(name);
    }),
  );
});
