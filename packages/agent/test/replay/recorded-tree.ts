import { FixtureWriter, RecordingFiles, Target, UNSCRUBBED } from '@fgm/fixture';
import { FakeTree } from '@fgm/testkit';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineSteps, type PipelineOptions, type PipelineTotals } from '../../src/replay/index.ts';

export const INTERVAL_MS = 1000;
/** 14:13:20.25 on a Monday. */
export const START = 1_790_000_000_250_000;

export const MACHINE = { pageSize: 4096, userHz: 100, onlineCpus: 2, kernelRelease: '6.1.0' };
export const SETTINGS = {
  intervalMs: INTERVAL_MS,
  scope: 'all',
  memory: 'rollup',
  numa: 'off',
  cmdline: 'on',
  walkBudgetUsec: 10_000,
} as const;

/** Where and how files are written that are to be compared. */
export function output(directory: string): NonNullable<PipelineOptions['output']> {
  return {
    directory,
    runId: '00000000-0000-8000-8000-000000000001',
    identifier: 'node',
    node: 'node',
    cluster: null,
    rotationMs: 4 * INTERVAL_MS,
    compressionLevel: 3,
  };
}

/** Microseconds since the epoch. */
export function instants(count: number, skip: ReadonlySet<number> = new Set()): number[] {
  const all = Array.from({ length: count }, (_, tick) => START + tick * INTERVAL_MS * 1000);
  return all.filter((_, tick) => !skip.has(tick));
}

/**
 * Records a made-up node, on which containers come and go, into `<directory>/fixture`, and what the pipeline makes of it
 * meanwhile into `<directory>/live`.
 */
export async function recordTree(directory: string, times: readonly number[]): Promise<PipelineTotals> {
  const [host, live] = [join(directory, 'host'), join(directory, 'live')];
  mkdirSync(host);
  mkdirSync(live);
  const tree = new FakeTree(join(directory, 'node'), { containers: 3, processes: 2 });
  const files = new RecordingFiles({ procRoot: tree.procRoot, cgroupRoot: tree.cgroupRoot, hostRoot: host });
  const writer = new FixtureWriter(new Target(join(directory, 'fixture')), UNSCRUBBED);
  let pipeline: PipelineSteps | null = null;
  for (const [tick, usec] of times.entries()) {
    files.begin();
    pipeline ??= new PipelineSteps({
      files,
      machine: MACHINE,
      settings: SETTINGS,
      firstInstant: usec,
      output: output(live),
    });
    await pipeline.step(usec);
    await writer.write(usec, files.complete());
    tree.tick(1 + (tick % 3));
    if (tick === 2) tree.remove(tree.containers[0]!);
    if (tick === 3) tree.add();
  }
  await writer.finish({
    recorder_version: '0.1.0',
    kernel_release: MACHINE.kernelRelease,
    arch: 'x64',
    cgroup_mode: 'v2',
    page_size: MACHINE.pageSize,
    user_hz: MACHINE.userHz,
    online_cpus: MACHINE.onlineCpus,
    memory_bytes: 2 ** 30,
    interval_ms: INTERVAL_MS,
    memory: SETTINGS.memory,
    scope: SETTINGS.scope,
    numa: SETTINGS.numa,
    cmdline: SETTINGS.cmdline,
    walk_budget_usec: SETTINGS.walkBudgetUsec,
    scrub: 'off',
    runtimes: [],
    ticks_wanted: times.length,
    paths: files.paths,
    too_large: files.tooLarge,
  });
  files.close();
  return pipeline!.finish('end of the recording');
}

/** SHA-256 of every file in a directory, by name. */
export function sums(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ]),
  );
}
