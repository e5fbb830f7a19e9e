/** What processes and whoever makes cgroups can put in our way: files of /proc with anything in them, directories of any name. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOSTILE_BYTES } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { parseContainerName } from '../../src/container-name.ts';
import { identify } from '../../src/identify.ts';
import { detectCgroups } from '../../src/mounts.ts';
import { ProcessFiles } from '../../src/names/process-files.ts';
import { parsePod } from '../../src/pod.ts';
import { scan } from '../../src/scan.ts';
import { parseService } from '../../src/service.ts';
import { FakeNode, mount } from '../names/fake-node.ts';
import { id, POD } from '../trees.ts';

const ID = id(1);

const bytes = fc.oneof(
  fc.nat(HOSTILE_BYTES.length - 1).map((index) => Buffer.from(HOSTILE_BYTES[index]!.bytes)),
  fc.uint8Array({ maxLength: 200 }).map((one) => Buffer.from(one)),
);
/** Pieces of what stands in such files, in any order. */
function near(...pieces: string[]): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(
    fc.constantFrom(...pieces),
    fc.constantFrom('\0', '\n', ' ', '/', '\xff'),
    fc.string({ maxLength: 5 }),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.array(piece, { maxLength: 10 }).map((all) => Buffer.from(all.join(''), 'latin1')) },
    { weight: 1, arbitrary: bytes },
  );
}

const files = fc.record(
  {
    mountinfo: near(
      mount(`/var/lib/kubelet/pods/${POD}/etc-hosts`, '/etc/hosts'),
      mount(`/var/lib/kubelet/pods/${POD}/containers/web/0a1b2c3d`, '/dev/termination-log'),
      `/pods/${POD}/containers/`,
      '36 35 98:0 ',
    ),
    environ: near('HOSTNAME=', 'web-7d4b9c6f5-x2x4z', '\0', 'KUBERNETES_SERVICE_HOST=10.0.0.1\0', 'PATH=/bin\0'),
    stat: near('51 (', 'a) b', ') S ', '50 ', '-1 ', '99999999999999999999 ', '1e3 '),
    cmdline: near('/usr/bin/conmon\0', '-b\0', '/srv/userdata\0', 'containerd-shim-runc-v2\0', '../..\0'),
    comm: near('pause\n', 'web'),
  },
  { requiredKeys: [] },
);
const procs = near('51\n', '50\n', '0\n', '-1\n', '1e400\n', '99999999999\n', '0x33\n');

t.test('files of processes', (t) => {
  const root = t.testdir({});
  return holds(
    t,
    fc.asyncProperty(files, files, procs, async (own, parents, list) => {
      rmSync(root, { recursive: true });
      const node = new FakeNode(root);
      node.process(50, parents, { cwd: '/run/x' });
      const directory = node.process(51, own);
      writeFileSync(join(directory, 'cgroup.procs'), list);
      const processes = new ProcessFiles(node.procRoot);
      const hint = await processes.bundleHint(directory, null);
      if (hint !== null && !hint.directory.startsWith('/')) throw new Error(hint.directory);
      const name = await processes.generatedName(directory);
      if (name !== null && !/^[a-z0-9][-.a-z0-9]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no pod`);
      const facts = await processes.mounts(directory, ID, true);
      const told = [own, parents].map(({ mountinfo }) => mountinfo?.toString() ?? '').join('');
      for (const one of [facts?.podUid, facts?.container])
        if (typeof one === 'string' && !told.includes(one)) throw new Error(`${one} is nowhere`);
      await processes.isOnlyOne(directory);
    }),
    200,
  );
});

const part = fc.oneof(
  fc.constantFrom(ID, 'docker-', 'cri-containerd-', '.scope', '.slice', ':', 'kata_', 'libpod-payload-', 'crio-'),
  fc.constantFrom(id(2), ID.slice(1), `${ID}0`, ID.toUpperCase(), '\n', '\xa0'),
  fc.string({ unit: fc.constantFrom('a', 'f', '0', '-', '_', '.', ':', ' ', 'é', '\ud800', '\u2028'), maxLength: 5 }),
);
const containerName = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));

t.test('names of cgroups', (t) =>
  holds(
    t,
    fc.property(containerName, fc.oneof(fc.constantFrom('docker', 'k8s.io', ''), containerName), (name, parent) => {
      const found = parseContainerName(name, parent);
      if (found === null) return true;
      const { id: told } = found;
      // No id within a longer one: what stands before it ends in no hex digit.
      const before = name.slice(0, name.lastIndexOf(told)).at(-1) ?? '';
      return /^[0-9a-f]{64}$/.test(told) && name.includes(told) && !/[0-9a-f]/.test(before);
    }),
  ),
);

const segment = fc.oneof(
  fc.constantFrom('kubepods', 'burstable', '__proto__', `pod${POD}`, 'podx', 'user@0.service', 'a.scope', '.service'),
  fc.constantFrom(`kubepods-burstable-pod${POD.replaceAll('-', '_')}.slice`, 'x-kubepods-pod1.slice', 'init.scope'),
  containerName,
);

t.test('pods and services in paths', (t) =>
  holds(
    t,
    fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
      const path = segments.join('/');
      const found = parsePod(segments);
      if (found !== null && !['Guaranteed', 'Burstable', 'BestEffort'].includes(found.qos)) return false;
      if (typeof found?.uid === 'string' && !path.replaceAll('_', '-').includes(found.uid)) return false;
      const unit = parseService(segments);
      return unit === null || (unit === segments.at(-1) && /.\.(?:service|scope)$/s.test(unit));
    }),
  ),
);

/** What a directory may be called: anything but two names, without slashes and NULs. */
const directoryName = fc
  .oneof(
    containerName,
    fc.constantFrom('kubepods.slice', `kubepods-pod${POD.replaceAll('-', '_')}.slice`, 'system.slice', 'ssh.service'),
    fc.constantFrom('docker', `docker-${ID}.scope`, 'unified', 'memory', 'cpu,cpuacct', 'a\nb', '\\x2d', '%', ' '),
  )
  .map((name) => name.replaceAll(/[/\0]|[\ud800-\udfff]/g, '_'))
  .filter((name) => name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) < 250);
const tree = fc.array(fc.array(directoryName, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
const controllers = near('cpu ', 'memory ', 'pids ', 'misc\n', 'tasks');

t.test('trees of cgroups', (t) => {
  const root = t.testdir({});
  return holds(
    t,
    fc.property(tree, fc.option(controllers), fc.boolean(), (paths, list, tasks) => {
      rmSync(root, { recursive: true });
      for (const path of [[], ...paths]) mkdirSync(join(root, ...path), { recursive: true });
      if (list !== null) writeFileSync(join(root, 'cgroup.controllers'), list);
      if (tasks) for (const [top] of paths) writeFileSync(join(root, top!, 'tasks'), '');
      const mounts = detectCgroups(root);
      const { entities, troubles } = scan({ cgroupRoot: root, scope: 'all' });
      if (troubles.length > (mounts.mode === 'none' ? 1 : 0)) throw new Error(JSON.stringify(troubles));
      for (const { identity } of entities)
        if (identify(identity.cgroup)?.containerId !== identity.containerId) throw new Error(identity.cgroup);
      const ids = new Set(entities.map(({ identity }) => identity.cgroup));
      if (ids.size !== entities.length) throw new Error('a cgroup is there twice');
    }),
    200,
  );
});
