/** Files that others write: whatever stands in them, no name comes out that is not in them, and nothing breaks. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { identify } from '../../src/identify.ts';
import { parseBundle } from '../../src/names/bundle.ts';
import { parseDataRoot, parseDockerConfig } from '../../src/names/docker-config.ts';
import { NO_FACTS, type NameFacts } from '../../src/names/facts.ts';
import { generatedName } from '../../src/names/generated-name.ts';
import { parseLogLink, withTarget } from '../../src/names/log-link.ts';
import { newestRestart, parsePodLogs } from '../../src/names/pod-logs.ts';
import { parsePodMounts } from '../../src/names/pod-mounts.ts';
import { withFacts } from '../../src/names/precedence.ts';
import { parseStorageContainers, parseStorageRoots } from '../../src/names/storage.ts';
import { FakeNode, inPod, WEB } from '../names/fake-node.ts';
import { id, POD } from '../trees.ts';

const ID = id(1);
const KEYS = [
  'ID Name Config Image Labels RestartCount data-root id names metadata name image-name pod-id ociVersion annotations',
  'mounts source io.kubernetes.pod.uid io.kubernetes.pod.name io.kubernetes.pod.namespace io.kubernetes.docker.type',
  'io.kubernetes.container.name annotation.io.kubernetes.container.restartCount io.container.manager nerdctl/name',
  'io.kubernetes.cri.container-type io.kubernetes.cri.sandbox-id io.kubernetes.cri.sandbox-name',
  'io.kubernetes.cri.sandbox-namespace io.kubernetes.cri.sandbox-uid io.kubernetes.cri.sandbox-log-directory',
  'io.kubernetes.cri.container-name io.kubernetes.cri.image-name io.kubernetes.cri-o.ContainerType',
  'io.kubernetes.cri-o.Metadata io.kubernetes.cri-o.ImageName io.kubernetes.cri-o.SandboxID __proto__ constructor',
].flatMap((line) => line.split(' '));

const word = fc.oneof(
  fc.constantFrom(ID, POD, 'web', 'web-0', '/web', 'default', 'busybox:1', '1.0.2', 'sandbox', 'libpod', 'cri-o', '3'),
  fc.constantFrom(
    '',
    '/',
    '..',
    '../../etc',
    'a\nb',
    'a\0b',
    '\ufffd',
    '-',
    'x'.repeat(5000),
    '{"name":"web","attempt":7}',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const leaf = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 1, arbitrary: fc.constantFrom(null, true, 0, -1, 1.5, 1e308, 2 ** 53) },
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), word), tie('tree'), { maxKeys: 12 }),
    fc.array(tie('tree'), { maxLength: 4 }),
  ),
}));

/** JSON that nobody meant well with. */
const bomb = fc.constantFrom(
  '['.repeat(200_000),
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `${'{"Config":'.repeat(30_000)}1${'}'.repeat(30_000)}`,
  `{"ID":"${ID}","RestartCount":${'9'.repeat(10_000)},"Config":{"Labels":{"a":"b"}}}`,
  `[${'{},'.repeat(100_000)}{}]`,
  `{"ociVersion":"1","annotations":${JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, 'x'])))}}`,
);

/** A text as it is read from a file whose bytes need not be UTF-8. */
const text = fc.oneof(
  { weight: 12, arbitrary: tree.map((value) => JSON.stringify(value)) },
  { weight: 4, arbitrary: fc.tuple(tree, fc.nat(300)).map(([value, cut]) => JSON.stringify(value).slice(0, cut)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString()) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: bomb },
);

/** All that a text can be said to hold, whatever way it is written in. */
function said(source: string): string {
  try {
    return flat(JSON.parse(source));
  } catch {
    return source;
  }
}

/** Keys and leaves of a JSON value, however deep, those that are JSON themselves taken apart. */
function flat(value: unknown): string {
  const found: string[] = [];
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one === 'object' && one !== null)
      rest.push(...Object.values(one).slice(0, 50_000), ...Object.keys(one).slice(0, 50_000));
    else found.push(String(one));
  }
  return found.join('\n').replaceAll('\\"', '"');
}

const LEGAL = /^[A-Za-z0-9][-._A-Za-z0-9]*$/;

/** Throws when a name is not legal, or is not in what it was read from. */
function check(facts: NameFacts | null, source: string): void {
  if (facts === null) return;
  const whole = said(source);
  const { namespace, pod, podUid, container, image, restartCount } = facts;
  for (const name of [namespace, pod, podUid, container]) {
    if (name === null) continue;
    if (!LEGAL.test(name)) throw new Error(`${JSON.stringify(name)} is no name`);
    if (!whole.includes(name)) throw new Error(`${name} is nowhere`);
  }
  if (image !== null && (/\s/.test(image) || !whole.includes(image))) throw new Error(`${image} is no image`);
  if (restartCount !== null && !(Number.isSafeInteger(restartCount) && restartCount >= 0))
    throw new Error(`restarted ${restartCount} times`);
}

t.test('files of runtimes', (t) =>
  holds(
    t,
    fc.property(text, fc.boolean(), (source, pod) => {
      check(parseDockerConfig(source, ID, pod ? POD : null), source);
      const root = parseDataRoot(source);
      if (root !== null && !root.startsWith('/')) throw new Error(root);
      const bundle = parseBundle(source, pod);
      check(bundle?.facts ?? null, source);
      if (bundle !== null && !bundle.mountSources.every((path) => path.startsWith('/'))) throw new Error('relative');
      for (const [container, facts] of parseStorageContainers(source)) {
        if (!/^[0-9a-f]{64}$/.test(container)) throw new Error(container);
        check(facts, source);
      }
      parseStorageRoots(source);
    }),
  ),
);

const part = fc.oneof(
  word,
  fc.constantFrom('_', '-', '.log', '/', `${ID}.log`, '0.log', '999999999.log', 'pods', 'etc-hosts'),
);
const name = fc.array(part, { maxLength: 9 }).map((parts) => parts.join(''));

t.test('names of files', (t) =>
  holds(
    t,
    fc.property(name, name, (one, other) => {
      const link = parseLogLink(one);
      if (link !== null) check(withTarget(link, other), one + other);
      const logs = parsePodLogs(one);
      if (logs !== null) check({ ...NO_FACTS, namespace: logs.namespace, pod: logs.pod, podUid: logs.podUid }, one);
      const newest = newestRestart([one, other]);
      if (newest !== null && !`${one}\n${other}`.includes(String(newest))) throw new Error(`restart ${newest}`);
    }),
  ),
);

const line = fc.array(fc.oneof(name, fc.constantFrom('1', '2', '8:1', '/etc/hosts', `/pods/${POD}/etc-hosts`)), {
  maxLength: 7,
});
const lines = fc.array(line, { maxLength: 6 }).map((list) => list.map((words) => words.join(' ')).join('\n'));

t.test('files of processes', (t) =>
  holds(
    t,
    fc.property(lines, fc.boolean(), (source, pod) => {
      check(parsePodMounts(source, ID, pod), source);
      const generated = generatedName(source.replaceAll('\n', '\0'));
      if (generated !== null && !source.includes(generated)) throw new Error(generated);
    }),
  ),
);

t.test('a node full of them', (t) => {
  const node = new FakeNode(t.testdir({}));
  const docker = identify(`/docker/${ID}`)!;
  return holds(
    t,
    fc.asyncProperty(text, text, async (config, storage) => {
      node.write(`/var/lib/docker/containers/${ID}/config.v2.json`, config);
      node.write(`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`, config);
      node.write('/var/lib/containers/storage/overlay-containers/containers.json', storage);
      node.write('/etc/docker/daemon.json', storage);
      node.logs(WEB, 'web', 3);
      for (const identity of [docker, inPod(1)]) {
        const { facts } = await node.resolver().resolve({ identity, directory: null });
        const { container, pod } = withFacts(identity, facts);
        for (const one of [container, pod]) if (one !== null && !LEGAL.test(one)) throw new Error(one);
      }
    }),
    100,
  );
});
