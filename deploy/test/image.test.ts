/** The image under runc, with exactly the security context, mounts and limits of the manifests: it records, and its viewer answers. */
import { PodSandbox, RuncContainer, containerId, type PodContainer } from '@fgm/testkit';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { image, podOfManifests, whyNoImage } from './image.ts';

const skip = whyNoImage();

async function until(what: string, condition: () => boolean, containers: readonly PodContainer[] = []): Promise<void> {
  for (const end = Date.now() + 120_000; !condition();) {
    const ended = containers.find(({ running }) => !running);
    if (ended !== undefined) throw new Error(`a container ended: ${ended.stderr}`);
    if (Date.now() > end)
      throw new Error(`waited in vain until ${what}: ${containers.map(({ stderr }) => stderr).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Whether an answer fits; false for a request that comes too early. */
function answers(pod: PodSandbox, port: number, path: string, fits: (body: string) => boolean): boolean {
  try {
    return fits(pod.get(port, path));
  } catch {
    return false;
  }
}

function statusOf(container: PodContainer): string {
  return readFileSync(`/proc/${container.pid}/status`, 'utf8');
}

/** By mount point, whether it may be written to. */
function mountsOf(container: PodContainer): Map<string, string> {
  const lines = readFileSync(`/proc/${container.pid}/mountinfo`, 'utf8').trim().split('\n');
  return new Map(lines.map((line) => [line.split(' ')[4]!, line.split(' ')[5]!.split(',')[0]!]));
}

/** Mounts of the recorder besides this one. */
function mountsBut(place: string) {
  const recorder = podOfManifests().containers.find(({ name }) => name === 'recorder');
  return (recorder?.volumeMounts ?? []).filter(({ mountPath }) => mountPath !== place);
}

interface Charts {
  readonly charts: readonly {
    readonly metric: string;
    readonly lines: readonly { readonly container: string; readonly values: readonly (number | null)[] }[];
  }[];
}

/** Whether such a coverage of each of these containers is 1: of all of their processes it is known. */
function covers(body: string, metric: string, ids: readonly string[]): boolean {
  const { charts } = JSON.parse(body) as Charts;
  const { lines } = charts.find((chart) => chart.metric.endsWith(metric))!;
  return ids.every((id) => lines.some(({ container, values }) => container === id && values.includes(1)));
}

interface Finding {
  readonly severity: string;
  readonly rule: string;
  readonly message: string;
}

/** Runs a command of the image beside the viewer, with its rights, to its end. */
async function fgm(t: Test, pod: PodSandbox, ...args: readonly string[]): Promise<string> {
  const container = pod.run('viewer', args);
  t.equal(await container.ended, 0, `fgm ${args[0]}: ${container.stderr}${container.stdout.slice(0, 2000)}`);
  return container.stdout;
}

async function query(t: Test, pod: PodSandbox, sql: string): Promise<Record<string, unknown>[]> {
  return JSON.parse(await fgm(t, pod, 'query', '--format', 'json', '/data', sql)) as Record<string, unknown>[];
}

t.test('nothing of the program may be written to, nor is of the tests', { skip }, (t) => {
  const app = join(image().rootfs, 'opt/fgm');
  const entries = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isSymbolicLink());
  t.ok(entries.length > 1000);
  const open = entries.filter(({ parentPath, name }) => {
    const { uid, mode } = statSync(join(parentPath, name));
    return uid !== 0 || (mode & 0o222) !== 0;
  });
  t.same(open, []);
  t.notOk(entries.some(({ name }) => name.endsWith('.ts') || name === 'testkit' || name === 'tap'));
  t.end();
});

t.test('the pod of the manifests records, and shows it', { skip }, async (t) => {
  t.setTimeout(240_000);
  const data = join(t.testdir(), 'data');
  mkdirSync(data);
  const id = containerId();
  const args = ['sh', '-c', 'while :; do head -c 1000000 /bin/busybox | tail -c 1 >/dev/null; sleep 0.1; done'];
  const other = new RuncContainer({ cgroup: `/kubepods/besteffort/pod${randomUUID()}/${id}`, id, args });
  t.teardown(() => other.remove());
  const fields = { 'spec.nodeName': 'node-1', 'metadata.name': 'fgm-abcde' };
  const pod = await PodSandbox.start(podOfManifests(), { ...image(), fields, volumes: { data } });
  t.teardown(() => pod.remove());

  const recorder = pod.run('recorder');
  await until('the recorder is ready', () => answers(pod, 9464, '/readyz', (body) => body.includes('"status":"ok"')), [
    recorder,
  ]);
  const viewer = pod.run('viewer');
  await until('the viewer answers', () => answers(pod, 8050, '/readyz', () => true), [recorder, viewer]);
  const both = [recorder, viewer];
  await until(
    'the viewer shows the other container',
    () => answers(pod, 8050, '/api/v1/containers', (body) => body.includes(id)),
    both,
  );

  await t.test('the recorder has two capabilities, and may write to /data alone', (t) => {
    const status = statusOf(recorder);
    for (const set of ['Inh', 'Amb']) t.match(status, RegExp(`^Cap${set}:\t0000000000000000$`, 'm'));
    for (const set of ['Eff', 'Prm', 'Bnd']) t.match(status, RegExp(`^Cap${set}:\t0000000000080004$`, 'm'));
    t.match(status, /^NoNewPrivs:\t1$/m);
    t.match(status, /^Seccomp:\t2$/m);
    const mounts = mountsOf(recorder);
    t.equal(mounts.get('/'), 'ro');
    t.equal(mounts.get('/data'), 'rw');
    for (const { mountPath } of mountsBut('/data')) t.equal(mounts.get(mountPath), 'ro', mountPath);
    t.same(recorder.filesWritten, []);
    t.match(pod.get(9464, '/metrics'), /^fgm_missing_capabilities\{capability="SYS_PTRACE"\} 0$/m);
    t.end();
  });

  await t.test('the viewer has none, and may write nowhere', (t) => {
    const status = statusOf(viewer);
    t.match(status, /^CapEff:\t0000000000000000$/m);
    t.match(status, /^Seccomp:\t2$/m);
    t.equal(mountsOf(viewer).get('/'), 'ro');
    t.equal(mountsOf(viewer).get('/data'), 'ro');
    t.match(pod.get(8050, '/'), /<!doctype html>/i);
    t.match(pod.get(8050, '/api/v1/timeseries?metrics=memory_current_bytes'), /"values":\[/);
    t.end();
  });

  const ids = [id, recorder.id, viewer.id];
  const coverage = `/api/v1/timeseries?metrics=pss_coverage,uss_coverage&from=-10s&containers=${ids.join()}`;
  // Those of Node.js are too large for smaps_rollup within the budget where the machine is slow: then they have USS and bounds.
  const walked = (body: string): boolean => covers(body, 'pss_coverage', [id]) && covers(body, 'uss_coverage', ids);
  await until('all have been walked', () => answers(pod, 8050, coverage, walked), both);
  const pids = [other.pid, recorder.pid, viewer.pid];
  t.equal(await recorder.stop(), 0, recorder.stderr);
  t.notMatch(recorder.stderr, /"level":"(error|fatal)"/);
  const validation = pod.run('viewer', ['validate', '--json', '/data']);
  await validation.ended;
  const { findings } = JSON.parse(validation.stdout) as { findings: Finding[] };
  t.same(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  );
  const sql = `SELECT pid, max(coalesce(smaps_rollup_pss_bytes, pss_upper_bytes)) AS pss, max(uss_bytes) AS uss, max(io_rchar_bytes) AS rchar,
    any_value(exe) AS exe FROM processes WHERE pid IN (${pids.join()}) GROUP BY pid`;
  const processes = await query(t, pod, sql);
  t.equal(processes.length, pids.length, 'its own, the viewer of another user, and the other container');
  for (const row of processes) {
    for (const column of ['pss', 'uss', 'rchar']) t.ok(Number(row[column]) > 0, `${column} of ${String(row['exe'])}`);
  }
  const sums = 'SELECT container_id, max(pss_bytes) AS pss, max(uss_bytes) AS uss FROM containers GROUP BY 1';
  const containers = new Map((await query(t, pod, sums)).map((row) => [row['container_id'], row]));
  t.ok(Number(containers.get(id)?.['pss']) > 0);
  for (const wanted of ids) t.ok(Number(containers.get(wanted)?.['uss']) > 0, `USS of ${wanted}`);
  t.ok(readdirSync(data).includes('index.json'));
});
