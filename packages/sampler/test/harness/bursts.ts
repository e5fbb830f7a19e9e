import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { BurstSettings } from '../../src/burst/burst-settings.ts';
import type { ShardTask } from '../../src/messages.ts';
import { entityOf, ShardHarness, type Row } from './shard-harness.ts';

const BURST: BurstSettings = {
  intervalMs: 100,
  windowMs: 3000,
  afterMs: 1000,
  memoryBytes: 2 ** 24,
  triggers: { events: ['oom_kill'], memory: 90, throttled: null, pressure: null },
};
const LIMIT = 1_000_000;

interface Told extends Readonly<Record<string, unknown>> {
  readonly trigger: string;
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly triggers: number;
}

/** A cgroup v2 directory of plain files, which a test writes as the kernel would. */
export class Cgroup {
  readonly directory: string;
  readonly entity: number;

  constructor(directory: string, entity: number) {
    this.directory = join(directory, `${entity}`);
    this.entity = entity;
    mkdirSync(this.directory);
    this.set({ usage: 0, memory: 1000, kills: 0 });
    this.write('memory.max', LIMIT);
    this.write('pids.current', 1);
    this.write('cgroup.procs', '');
    this.write('io.pressure', 'some avg10=0.00 avg60=0.00 avg300=0.00 total=7');
  }

  set({ usage, memory, kills }: { usage?: number; memory?: number; kills?: number }): void {
    if (usage !== undefined) this.write('cpu.stat', `usage_usec ${usage}\nuser_usec ${usage}\nsystem_usec 0`);
    if (memory !== undefined) this.write('memory.current', memory);
    if (kills !== undefined) this.write('memory.events', `high 0\nmax 0\noom 0\noom_kill ${kills}`);
  }

  write(file: string, text: string | number): void {
    writeFileSync(join(this.directory, file), `${text}\n`);
  }
}

/** A shard that is driven through ticks and sub-ticks, and what it left in the table bursts. */
export class Bursts {
  readonly harness: ShardHarness;
  readonly rows: Row[] = [];
  readonly events: Told[] = [];
  /** In tenths of a second. */
  #now = 0;

  constructor(t: Test, settings: Partial<BurstSettings> = {}, slots = 64, task: Partial<ShardTask> = {}) {
    this.harness = new ShardHarness({ burst: { ...BURST, ...settings }, slots, ...task });
    t.teardown(() => this.harness.close());
  }

  add(cgroup: Cgroup): void {
    this.harness.send({ type: 'add', entities: [entityOf(cgroup.entity, { v2: cgroup.directory })] });
  }

  /** Lets a tenth of a second pass: a sub-tick, or at every tenth a tick. */
  step(): void {
    if (++this.#now % 10 === 0) this.harness.tick(0.1);
    else {
      this.harness.clock.now += 100;
      this.harness.shard.bursts!.step(1000 - (this.#now % 10) * 100);
    }
  }

  run(steps: number, each: (step: number) => void = () => {}): void {
    for (let step = 0; step < steps; step++) {
      each(step);
      this.step();
      if (step % 50 === 0) this.collect();
    }
    this.collect();
  }

  collect(): void {
    this.rows.push(...this.harness.published().bursts);
    for (const message of this.harness.messages()) {
      if (message.type === 'event' && message.event.type === 'burst') this.events.push(message.event.detail as Told);
    }
  }

  counter(name: Parameters<ShardHarness['counters']['get']>[0]): number {
    return this.harness.counters.get(name);
  }
}

export function times(rows: readonly Row[]): number[] {
  return rows.map(({ time }) => Number(time));
}

/** Fails where a row is missing, comes twice or is out of order. */
export function steady(t: Test, rows: readonly Row[]): void {
  const all = times(rows);
  const steps = new Set(all.slice(1).map((time, index) => time - all[index]!));
  t.same([...steps], [100_000], 'a row every tenth of a second, none twice');
  t.ok(
    rows.every(({ time, tick }) => Number(tick) === Math.floor(Number(time) / 1e6)),
    'with the tick of its time',
  );
}
