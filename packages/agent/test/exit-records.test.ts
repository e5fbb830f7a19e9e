import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { LateNames, RecordedEvent } from '@fgm/catalog';
import { UNNAMED } from '@fgm/catalog';
import { readExitRecord } from '../src/exit-records.ts';
import { StopEvents } from '../src/stop-events.ts';

const ID = 'a'.repeat(64);
const ENDED = Date.parse('2026-01-02T03:04:05Z');
const DOCKER = `var/lib/docker/containers/${ID}/config.v2.json`;
const PODMAN = `run/libpod/exits/${ID}`;

function docker(state: object | null): string {
  return JSON.stringify({ State: state });
}

const EXITED = { Running: false, ExitCode: 3, FinishedAt: '2026-01-02T03:04:05.123456789Z', OOMKilled: false };

const CASES: readonly (readonly [
  name: string,
  runtime: string | null,
  file: string,
  text: string,
  wanted: object | null,
])[] = [
  ['Docker', 'docker', DOCKER, docker(EXITED), { exit_code: 3, oom_killed: false }],
  [
    'Docker, killed',
    'docker',
    DOCKER,
    docker({ ...EXITED, ExitCode: 137, OOMKilled: true }),
    { exit_code: 137, oom_killed: true },
  ],
  ['still running', 'docker', DOCKER, docker({ ...EXITED, Running: true }), null],
  ['of an earlier life', 'docker', DOCKER, docker({ ...EXITED, FinishedAt: '2026-01-02T03:04:00Z' }), null],
  ['never ended', 'docker', DOCKER, docker({ ...EXITED, FinishedAt: '0001-01-01T00:00:00Z' }), null],
  ['no code', 'docker', DOCKER, docker({ ...EXITED, ExitCode: '3' }), null],
  ['no state', 'docker', DOCKER, docker(null), null],
  ['no object', 'docker', DOCKER, 'null', null],
  ['half written', 'docker', DOCKER, docker(EXITED).slice(0, 30), null],
  ['Podman', 'podman', PODMAN, '143', { exit_code: 143 }],
  ['CRI-O', 'cri-o', `run/crio/exits/${ID}`, '0\n', { exit_code: 0 }],
  ['no number', 'podman', PODMAN, 'x', null],
  ['no exit code', 'podman', PODMAN, '999', null],
  ['nothing yet', 'podman', 'else', '', null],
  ['a runtime that keeps nothing', 'containerd', DOCKER, docker(EXITED), null],
  ['nobody knows who', null, DOCKER, docker(EXITED), null],
];

for (const [name, runtime, file, text, wanted] of CASES)
  t.test(name, async (t) => {
    const root = t.testdir({});
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    t.same(await readExitRecord(root, runtime, ID, ENDED), wanted);
  });

t.test('what is no file of its own tells nothing, and holds nobody up', async (t) => {
  const root = t.testdir({ elsewhere: '0' });
  mkdirSync(join(root, 'run/libpod/exits'), { recursive: true });
  symlinkSync(join(root, 'elsewhere'), join(root, PODMAN));
  t.equal(await readExitRecord(root, 'podman', ID, ENDED), null);
  mkdirSync(join(root, 'run/crio/exits'), { recursive: true });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, `run/crio/exits/${ID}`)]);
  t.equal(await readExitRecord(root, 'cri-o', ID, ENDED), null);
});

t.test('an exit code of before is not that of now', async (t) => {
  const root = t.testdir({ run: { libpod: { exits: { [ID]: '0' } } } });
  utimesSync(join(root, PODMAN), ENDED / 1000 - 60, ENDED / 1000 - 60);
  t.equal(await readExitRecord(root, 'podman', ID, ENDED), null);
});

function stop(): RecordedEvent {
  const detail = { reason: 'removed' };
  return { type: 'container_stop', severity: 'info', time: ENDED * 1000, entity: 1, pid: null, detail };
}

const entity = (runtime: string | null): LateNames => ({
  entity: 1,
  identity: {
    scope: 'container',
    containerId: ID,
    cgroup: `/docker/${ID}`,
    runtime,
    qos: null,
    podUid: null,
    ...UNNAMED,
  },
});

t.test('a stop waits for its exit code, and keeps its time', async (t) => {
  const root = t.testdir({});
  const told = await new Promise<RecordedEvent>((resolve) => {
    new StopEvents(root, resolve).take(stop(), entity('docker'));
    mkdirSync(dirname(join(root, DOCKER)), { recursive: true });
    writeFileSync(join(root, DOCKER), docker(EXITED));
  });
  t.match(told, { time: ENDED * 1000, detail: { reason: 'removed', exit_code: 3 } });
});

t.test('a runtime and its place that become known while the stop waits', async (t) => {
  const root = t.testdir({
    srv: { [ID]: { 'config.v2.json': docker({ ...EXITED, ExitCode: 137, OOMKilled: true }) } },
  });
  const told = await new Promise<RecordedEvent>((resolve) => {
    const stops = new StopEvents(root, resolve);
    stops.take(stop(), entity(null));
    stops.learn({ ...entity('containerd'), entity: 2 });
    stops.learn({ ...entity('docker'), recordFile: `/srv/${ID}/config.v2.json` });
    stops.learn(entity('docker'));
  });
  t.match(told, { detail: { exit_code: 137, oom_killed: true } });
});

t.test('nobody waits for what will not come', async (t) => {
  const told: RecordedEvent[] = [];
  const stops = new StopEvents(t.testdir({}), (event) => told.push(event));
  stops.take(stop(), entity('containerd'));
  stops.take(stop(), undefined);
  t.equal(told.length, 2);
  stops.take(stop(), entity('docker'));
  t.equal(told.length, 2);
  stops.flush();
  t.same(told[2], stop(), 'told as it is when the recorder stops');
});
