import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { LiveSnapshot } from '../../src/live.ts';
import type { RecorderConfig } from '../../src/config/recorder-config.ts';
import { startRecorder } from '../../src/start-recorder.ts';
import type { Recorder } from '../../src/recorder.ts';

/** What a test records with unless it says otherwise: this machine, fast, on a free port. */
export function configFor(outputDir: string, change: Partial<RecorderConfig> = {}): RecorderConfig {
  return {
    outputDir,
    intervalMs: 100,
    rotationMs: 3_600_000,
    compressionLevel: 3,
    memory: 'off',
    walkBudgetUsec: 5000,
    burstMs: null,
    burstWindowMs: 30_000,
    burstAfterMs: 10_000,
    burstTriggers: { events: ['oom_kill'], memory: 90, throttled: 25, pressure: 40 },
    burstMemoryBytes: 2 ** 24,
    numa: 'off',
    intervalPeaks: 'off',
    scope: 'all',
    identifier: 'test-node',
    nodeName: 'test-node',
    clusterName: null,
    retentionBytes: 2 ** 30,
    retentionAgeMs: 7 * 86_400_000,
    onLimit: 'evict',
    spoolSyncMs: 10_000,
    consolidate: 'on',
    procRoot: '/proc',
    cgroupRoot: '/sys/fs/cgroup',
    hostRoot: '/',
    listen: { host: '127.0.0.1', port: 0 },
    samplerThreads: 1,
    kubernetesApi: 'off',
    kubernetesServer: null,
    kubernetesServiceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
    durationMs: null,
    cmdline: 'on',
    redact: [],
    logLevel: 'silent',
    ...change,
  };
}

/** @param live see RecorderHooks */
export function start(config: RecorderConfig, live?: (snapshot: LiveSnapshot) => void): Promise<Recorder> {
  return startRecorder(config, { log: pino({ level: 'silent' }), ...(live ? { live } : {}) });
}

export type Row = Readonly<Record<string, unknown>>;

/** All rows of a table in a data directory, in the order of the files' names. */
export async function rowsOf(directory: string, table: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of parquetFiles(directory).filter((path) => basename(path).startsWith(`${table}-`))) {
    rows.push(...(await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors })));
  }
  return rows;
}

/** The command as users start it. */
const BIN = fileURLToPath(new URL('../../../cli/bin/fgm.js', import.meta.url));

/** What `fgm validate` finds wrong. */
export function errorsIn(directory: string): unknown[] {
  const env = { PATH: process.env['PATH'], FGM_SOURCE: '1' };
  const { stdout } = spawnSync(process.execPath, [BIN, 'validate', '--json', directory], { env, encoding: 'utf8' });
  const { findings } = JSON.parse(stdout) as { findings: { severity: string }[] };
  return findings.filter(({ severity }) => severity === 'error');
}

/** Events of the recorder itself, in their order. */
export async function ownEvents(directory: string): Promise<Row[]> {
  const events = (await rowsOf(directory, 'events')).filter((event) => event['container_id'] === null);
  return events.toSorted((a, b) => Number(a['time']) - Number(b['time']));
}

/** What an event tells besides its columns. */
export function detailOf(event: Row | undefined): Record<string, unknown> {
  return JSON.parse(String(event?.['detail'])) as Record<string, unknown>;
}

/** Ticks between the first and the last that are not there, though no event says that they were missed. */
export function unexplainedGaps(ticks: readonly number[], events: readonly Row[]): number[] {
  const there = new Set(ticks);
  for (const event of events.filter(({ type }) => type === 'ticks_missed')) {
    const { from, to } = detailOf(event) as { from: number; to: number };
    for (let tick = from; tick <= to; tick++) there.add(tick);
  }
  const all = Array.from({ length: Math.max(...ticks) - Math.min(...ticks) }, (_, index) => Math.min(...ticks) + index);
  return all.filter((tick) => !there.has(tick));
}

export function parquetFiles(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => join(directory, name))
    .sort();
}

/** The value of one line of a recorder's /metrics. */
export async function metric(recorder: Recorder, line: string): Promise<number> {
  const text = await (await fetch(`${recorder.url}/metrics`)).text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  if (found === undefined) throw new Error(`no metric ${line}`);
  return Number(found.slice(line.length + 1));
}

/** Asks again until the condition holds. @throws when it never does. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = 60_000,
): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await condition());) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    // Not at once: what is waited for needs the machine's cores more than we do.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits until a recorder has completed so many ticks from now on. */
export async function ticks(recorder: Recorder, count: number): Promise<void> {
  const done = async (): Promise<number> =>
    (await metric(recorder, 'fgm_ticks_total{outcome="ok"}')) +
    (await metric(recorder, 'fgm_ticks_total{outcome="late"}'));
  const target = (await done()) + count;
  await until(`${count} ticks are done`, async () => (await done()) >= target);
}

/** Waits until discovery has told the samplers of this machine. */
export async function hostIsSampled(recorder: Recorder): Promise<void> {
  await until('the host is sampled', async () => (await metric(recorder, 'fgm_entities{kind="host"}')) === 1);
}

export function readJson(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>;
}
