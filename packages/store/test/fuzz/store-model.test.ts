/** Whatever is told to a writer, however often it is stopped and killed: what is read back is what was told, once. */
import * as path from 'node:path';
import * as fs from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { readIndex } from '../../src/index-file.ts';
import { entityOf, hexId, parquetFiles, processOf, readRows, Rig, START_TICK } from '../fixture.ts';

const ENTITIES = 3;

interface ExpectedRow {
  readonly tick: number;
  readonly container_id: string;
  readonly pod: string;
  readonly value: number | null;
}

/** What has been told, in the simplest form. */
interface Model {
  tick: number;
  readonly containers: ExpectedRow[];
  readonly processes: (ExpectedRow & { readonly pid: number; readonly comm: string })[];
  readonly events: number[];
}

/** A writer, and who tells it again what it must know after each start. */
class System {
  readonly directory: string;
  rig: Rig;
  runs = 0;

  constructor(directory: string) {
    this.directory = directory;
    this.rig = this.#start(START_TICK);
  }

  #start(tick: number): Rig {
    const rig = new Rig(this.directory, { runId: `run-${this.runs++}`, rotationMs: 5000 }, 2, tick * 1000);
    for (let entity = 1; entity <= ENTITIES; entity++) rig.send({ type: 'entity', entity: entityOf(entity) });
    rig.settle();
    return rig;
  }

  restart(tick: number, how: 'stop' | 'abandon'): void {
    this.rig[how]();
    this.rig = this.#start(tick);
  }
}

type StoreCommand = fc.Command<Model, System>;

function command(name: string, run: (model: Model, system: System) => void): StoreCommand {
  return { check: () => true, run, toString: () => name };
}

const value = fc.option(fc.oneof(fc.nat(1000), fc.maxSafeInteger(), fc.constantFrom(0, 2 ** 53)), { freq: 4 });
const rows = fc.uniqueArray(fc.record({ entity: fc.integer({ min: 1, max: ENTITIES }), value }), {
  minLength: 1,
  selector: ({ entity }) => entity,
});
const shard = fc.nat(1);

function expectedRow(tick: number, entity: number, number: number | null): ExpectedRow {
  return { tick, container_id: hexId(entity), pod: `pod-${entity}`, value: number };
}

/** Every command ends a tick, as samplers do. */
function ticking(run: (model: Model, system: System) => void): (model: Model, system: System) => void {
  return (model, system) => {
    model.tick++;
    system.rig.now = model.tick * 1000;
    run(model, system);
    for (const lane of [0, 1]) system.rig.endTick(model.tick, lane);
    system.rig.settle();
  };
}

const COMMANDS: fc.Arbitrary<StoreCommand>[] = [
  fc.tuple(rows, shard).map(([list, lane]) =>
    command(
      `containers ${JSON.stringify(list)} by ${lane}`,
      ticking((model, { rig }) => {
        const blocks = list.map(({ entity, value: number }) => ({ entity, memory_current_bytes: number }));
        rig.publish('containers', model.tick, blocks, lane);
        model.containers.push(...list.map(({ entity, value: number }) => expectedRow(model.tick, entity, number)));
      }),
    ),
  ),
  fc.tuple(rows, shard).map(([list, lane]) =>
    command(
      `processes ${JSON.stringify(list)} by ${lane}`,
      ticking((model, { rig }) => {
        rig.send({ type: 'processes', list: list.map(({ entity }) => processOf(entity)) });
        const blocks = list.map(({ entity, value: number }) => {
          return { entity, process: entity, pid: entity + 100, start_time: 5, stat_minflt: number };
        });
        rig.publish('processes', model.tick, blocks, lane);
        const expected = list.map(({ entity, value: number }) => {
          return { ...expectedRow(model.tick, entity, number), pid: entity + 100, comm: `comm-${entity}` };
        });
        model.processes.push(...expected);
      }),
    ),
  ),
  fc.constant(
    command('event', (model, { rig }) => {
      const number = model.events.length;
      model.events.push(number);
      const about = { entity: 1, pid: null, detail: { number } };
      const time = model.tick * 1e6 + number;
      rig.send({ type: 'event', event: { type: 'oom_kill', severity: 'critical', time, ...about } });
      rig.settle();
    }),
  ),
  fc.integer({ min: 1, max: 20 }).map((seconds) =>
    command(`${seconds} s pass`, (model, { rig }) => {
      model.tick += seconds;
      rig.now = model.tick * 1000;
      rig.settle();
    }),
  ),
  fc.constantFrom('stop' as const, 'abandon' as const).map((how) =>
    command(how, (model, system) => {
      model.tick += 2;
      system.restart(model.tick, how);
    }),
  ),
];

function inOrder(list: readonly object[]): string[] {
  return list.map((row) => JSON.stringify(row)).sort();
}

/** Throws unless the rows of a table are these, for both readers. */
async function same(
  directory: string,
  table: 'containers' | 'processes',
  wanted: readonly ExpectedRow[],
): Promise<void> {
  const files = parquetFiles(directory, `${table}-`);
  const metric = table === 'containers' ? 'memory_current_bytes' : 'stat_minflt';
  const more = table === 'containers' ? [] : ['pid', 'comm'];
  const names = ['tick', 'container_id', 'pod', metric, ...more];
  const pick = (row: Record<string, unknown>): object =>
    Object.fromEntries(names.map((name) => [name === metric ? 'value' : name, row[name] ?? null]));
  const ours = inOrder((await Promise.all(files.map(readRows))).flat().map(pick));
  const model = inOrder(wanted);
  if (ours.join() !== model.join()) throw new Error(`${table}: ${ours.length} rows found, ${model.length} wanted`);
  if (files.length === 0) return;
  const list = files.map((file) => `'${file}'`).join(', ');
  const found = await duckdb.runAndReadAll(`SELECT ${names.join(', ')} FROM read_parquet([${list}])`);
  const numbers = (row: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(row).map(([name, one]) => [name, typeof one === 'bigint' ? Number(one) : one]));
  const theirs = inOrder(found.getRowObjects().map((row) => pick(numbers(row))));
  if (theirs.join() !== model.join()) throw new Error(`${table}: DuckDB finds other rows`);
}

function numberOf(detail: unknown): number {
  return (JSON.parse(detail as string) as { number: number }).number;
}

// Kept by a name: a connection does not keep its instance, which would be collected under it.
const instance = await DuckDBInstance.create(':memory:');
const duckdb = await instance.connect();
t.teardown(() => {
  duckdb.closeSync();
  instance.closeSync();
});

t.test('what is told is what is read, through stops and kills', (t) => {
  const root = t.testdir({});
  return holds(
    t,
    fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 25 }), async (commands) => {
      const directory = path.join(root, 'data');
      fs.rmSync(directory, { recursive: true, force: true });
      const model: Model = { tick: START_TICK, containers: [], processes: [], events: [] };
      const system = new System(directory);
      fc.modelRun(() => ({ model, real: system }), commands);
      system.rig.stop();
      await same(directory, 'containers', model.containers);
      await same(directory, 'processes', model.processes);
      const events = (await Promise.all(parquetFiles(directory, 'events-').map(readRows))).flat();
      const told = events.filter(({ type }) => type === 'oom_kill').map(({ detail }) => numberOf(detail));
      if (told.toSorted((a, b) => a - b).join() !== model.events.join()) throw new Error(`events ${told.join()}`);
      if (events.some(({ type }) => type === 'damaged_spool')) throw new Error('damage where there is none');
      return readIndex(directory) !== null && fs.readdirSync(path.join(directory, 'spool')).length === 0;
    }),
    5000,
  );
});
