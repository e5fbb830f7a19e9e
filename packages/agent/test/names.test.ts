import { CriRig, DockerRig, whyNoCgroups, whyNot } from '@fgm/testkit';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { readJson, rowsOf, until, type Row } from './harness/recording.ts';

const LABELS = ['namespace', 'pod', 'pod_uid', 'container', 'image', 'runtime', 'scope', 'labels'];

/** The different values of the columns of names in these rows. */
function namesIn(rows: readonly Row[]): Row[] {
  const all = rows.map((row) => Object.fromEntries(LABELS.map((column) => [column, row[column]])));
  return [...new Map(all.map((names) => [JSON.stringify(names), names])).values()];
}

t.test(
  'names of pods and containers in every row',
  { skip: whyNoCgroups() || whyNot('cri') || whyNot('docker') },
  async (t) => {
    const [docker, cri] = [new DockerRig(), new CriRig()];
    t.teardown(() => docker.stop());
    const pod = await cri.pod('shop', 'web-0');
    t.teardown(() => cri.stop(pod));
    const before = docker.start(['--name', 'fgm-before', '--label', 'app=shop'], 'sleep', '1000');
    const init = await cri.start(pod, 'init', 0, 'sleep', '1000');

    const directory = join(t.testdir(), 'data');
    const fgm = await FgmProcess.start(t, directory, ['--interval', '200ms', '--scope', 'containers']);
    const main = await cri.start(pod, 'main', 2, 'sleep', '1000');
    const after = docker.start(['--name', 'fgm-after'], 'sleep', '1000');
    // What the writer was told lies in the open window.
    const told = (name: string): boolean => {
      const files = readdirSync(join(directory, 'spool'), { recursive: true, encoding: 'utf8' });
      const texts = files.filter((file) => file.endsWith('texts.jsonl'));
      return texts.some((file) => readFileSync(join(directory, 'spool', file), 'utf8').includes(`"${name}"`));
    };
    await until('the last one is named', () => told('fgm-after'));
    await until('the restarted one is named', () => told('main'));
    await fgm.ticks(4);
    t.ok((await fgm.metric('fgm_names_resolved_total{source="runtime"}')) >= 5);
    t.equal((await fgm.stop()).code, 0);

    const inPod = { namespace: 'shop', pod: 'web-0', pod_uid: pod.uid, runtime: 'containerd', labels: null };
    const image = 'docker.io/library/busybox:rig';
    const none = {
      namespace: null,
      pod: null,
      pod_uid: null,
      scope: 'container',
      runtime: 'docker',
      image: 'busybox:rig',
    };
    const expected: Readonly<Record<string, Row>> = {
      [pod.id]: { ...inPod, scope: 'sandbox', container: null, image: null },
      [init]: { ...inPod, scope: 'container', container: 'init', image },
      [main]: { ...inPod, scope: 'container', container: 'main', image },
      [before]: { ...none, container: 'fgm-before', labels: '{"app":"shop"}' },
      [after]: { ...none, container: 'fgm-after', labels: null },
    };
    for (const table of ['containers', 'processes']) {
      const rows = await rowsOf(directory, table);
      for (const [id, names] of Object.entries(expected)) {
        const { scope, ...others } = names;
        const found = namesIn(rows.filter((row) => row['container_id'] === id));
        // Rows from before the name was known have it too: they are the same in every row.
        t.equal(found.length, 1, `${table} ${String(names['container'])}`);
        t.match(found[0], table === 'containers' ? { scope, ...others } : others, table);
      }
    }
    const restarts = (await rowsOf(directory, 'containers')).filter((row) => row['container_id'] === main).at(-1);
    t.equal(Number(restarts?.['restart_count']), 2);
    const containers = readJson(directory, 'index.json')['containers'] as Record<string, Row>;
    t.match(containers[main.slice(0, 12)], {
      pod_name: 'web-0',
      namespace: 'shop',
      container_name: 'main',
      runtime: 'containerd',
    });
    t.match(containers[before.slice(0, 12)], { container_name: 'fgm-before', labels: { app: 'shop' } });
  },
);
