import { UNNAMED, type Identity } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { identify } from '../src/identify.ts';
import { A, B, CONTAINERS, NOTHING, SANDBOXES, SERVICES, STATIC } from './cgroup-paths.ts';
import type { Container } from './cgroup-paths.ts';
import { POD } from './trees.ts';

function containerIdentity(scope: 'container' | 'sandbox', row: Container): Identity {
  const [cgroup, containerId, runtime, qos = null, podUid = null] = row;
  return { scope, containerId, cgroup, runtime, qos, podUid, ...UNNAMED };
}

t.test('containers', async (t) => {
  for (const [name, row] of Object.entries(CONTAINERS))
    t.same(identify(row[0]), containerIdentity('container', row), name);
});

t.test('sandboxes, where the path proves it', async (t) => {
  for (const [name, row] of Object.entries(SANDBOXES))
    t.same(identify(row[0]), containerIdentity('sandbox', row), name);
});

t.test('services', async (t) => {
  for (const [path, unit] of Object.entries(SERVICES)) {
    t.match(
      identify(path),
      { scope: 'service', containerId: path, cgroup: path, container: unit, runtime: null },
      path,
    );
  }
});

t.test('the host', async (t) => {
  t.match(identify('/'), { scope: 'host', containerId: '/', cgroup: '/', container: 'host', runtime: null, qos: null });
});

t.test('no entities', async (t) => {
  for (const path of NOTHING) t.equal(identify(path), null, path);
});

const name = fc.oneof(
  fc.constantFrom('kubepods', 'burstable', `pod${POD}`, 'docker', 'system.slice', 'a.service', 'b.scope', 'init.scope'),
  fc.constantFrom(A, `docker-${A}.scope`, `crio-conmon-${A}.scope`, `x.slice:crio:${B}`, `libpod-${B}`, '..', ''),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.stringMatching(/^[a-z:_-]{0,16}[0-9a-f]{60,68}(\.scope)?$/),
);
const path = fc.array(name, { maxLength: 8 }).map((names) => `/${names.join('/')}`);

t.test('whatever the path, what is said of it can be read in it', async (t) => {
  await holds(
    t,
    fc.property(fc.oneof(path, fc.string()), (path) => {
      const identity = identify(path);
      if (identity === null) return;
      const last = path.split('/').at(-1) ?? '';
      if (identity.cgroup !== path) throw new Error('another path');
      if (identity.scope === 'container' || identity.scope === 'sandbox') {
        if (!/^[0-9a-f]{64}$/.test(identity.containerId) || !last.includes(identity.containerId)) throw new Error('id');
        if (last.includes('conmon')) throw new Error('conmon taken for a container');
        if (identity.qos !== null && !path.includes('kubepods')) throw new Error('QoS out of nothing');
        if (identity.podUid !== null && !path.replaceAll('_', '-').includes(identity.podUid))
          throw new Error('pod uid');
      } else if (identity.containerId !== path) {
        throw new Error('a service is known by its path');
      }
    }),
  );
});

t.test('inside a container only containers are found', async (t) => {
  await holds(
    t,
    fc.property(path, (below) => {
      const identity = identify(`/docker/${A}${below}`);
      if (identity !== null && identity.scope !== 'container' && identity.scope !== 'sandbox') throw new Error(below);
    }),
  );
});

/** Longer than any path can be, and made to let a careless expression try everything. */
const HOSTILE: Readonly<Record<string, string>> = {
  'one long name': `/${'a'.repeat(300_000)}`,
  'hex digits': `/docker/${'0'.repeat(300_000)}`,
  'almost an id, again and again': `/${`-${A.slice(1)}`.repeat(4_000)}`,
  'almost a pod, again and again': `/${'kubepods-burstable-pod'.repeat(12_000)}/${A}`,
  'slices in slices': `/${'kubepods-pod-'.repeat(20_000)}.slice/crio-${A}.scope`,
  colons: `/${'a.slice:'.repeat(30_000)}${A}`,
  'thousands of containers in each other': `/docker/${`${A}/docker/`.repeat(3_000)}${B}`,
  'thousands of directories': `/${'x/'.repeat(100_000)}${A}`,
  'dashes before the unit': `/system.slice/${'-'.repeat(300_000)}.service`,
};

t.test('no path takes long, however long it is', async (t) => {
  for (const [name, path] of Object.entries(HOSTILE)) {
    const before = process.cpuUsage();
    identify(path);
    const { user, system } = process.cpuUsage(before);
    t.ok(user + system < 1_000_000, `${name}: ${path.length} characters`);
  }
});

t.test('never a name that is not a part of the path, for paths of containers with something more', async (t) => {
  const known = Object.values(CONTAINERS).map(([path]) => path);
  const noise = fc.constantFrom(
    'x',
    '.',
    '..',
    '/',
    '//',
    '\n',
    '\0',
    ' ',
    '-',
    '_',
    ':',
    '.slice',
    '.scope',
    '/init.scope',
  );
  await holds(
    t,
    fc.property(fc.constantFrom(...known), fc.nat(400), noise, (path, at, more) => {
      const changed = path.slice(0, at) + more + path.slice(at);
      const identity = identify(changed);
      if (identity === null || identity.scope === 'service' || identity.scope === 'host') return;
      const { containerId, podUid } = identity;
      if (![A, B].includes(containerId)) throw new Error(`id of nobody in ${changed}`);
      if (podUid !== null && ![POD, STATIC].includes(podUid)) throw new Error(`pod of nobody in ${changed}`);
    }),
  );
});
