/**
 * Figures of this machine, taken from /proc while it is made to work, and spread over as many made-up containers and
 * processes as a bench wants: how well a file compresses and how fast it is made depends on what is in it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Columns, type Layout, type SampledTable } from '@fgm/catalog';

/** The figures of one process, or of the machine, at one tick. */
type Figures = readonly number[];

export interface Recording {
  readonly ticks: number;
  /** Per process that lived all the time, its figures at each tick. */
  readonly processes: readonly (readonly Figures[])[];
  readonly machine: readonly Figures[];
}

const PROCESS_FILES = ['stat', 'statm', 'status', 'schedstat', 'io', 'smaps_rollup'];
const MACHINE_FILES = [
  '/proc/vmstat',
  '/proc/stat',
  '/proc/meminfo',
  '/proc/pressure/cpu',
  '/proc/pressure/memory',
  '/proc/pressure/io',
];
/** Some busy, some nearly idle: allocates, reads files, sleeps. */
const LOAD = `let kept = []; const step = Number(process.argv[1]);
setInterval(() => { for (let i = 0; i < 20000 * step; i++) kept.push({ i }); if (kept.length > 1e5) kept = [];
  require('fs').readFileSync('/proc/self/maps'); }, 15 * step * step);`;

/** A file that keeps the recording: two versions of the code that are compared shall be given the same figures. */
export const RECORDING_VARIABLE = 'FGM_BENCH_RECORDING';

/** Records, or takes what was recorded before when there is such a file. */
export async function recordProc(ticks: number, everyMs: number): Promise<Recording> {
  const kept = process.env[RECORDING_VARIABLE];
  if (kept !== undefined && fs.existsSync(kept)) {
    const recording = JSON.parse(fs.readFileSync(kept, 'utf8')) as Recording;
    if (recording.ticks === ticks) return recording;
  }
  const recording = await record(ticks, everyMs);
  if (kept !== undefined) fs.writeFileSync(kept, JSON.stringify(recording));
  return recording;
}

async function record(ticks: number, everyMs: number): Promise<Recording> {
  const load = [1, 2, 4, 8].map((step): ChildProcess => spawn(process.execPath, ['-e', LOAD, String(step)]));
  const perProcess = new Map<string, Figures[]>();
  const machine: Figures[] = [];
  try {
    const start = performance.now();
    for (let tick = 0; tick < ticks; tick++) {
      for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        const figures = PROCESS_FILES.flatMap((file) => numbersOf(`/proc/${pid}/${file}`));
        perProcess.set(pid, [...(perProcess.get(pid) ?? []), figures]);
      }
      machine.push(MACHINE_FILES.flatMap(numbersOf));
      await delay(Math.max(0, start + (tick + 1) * everyMs - performance.now()));
    }
  } finally {
    for (const child of load) child.kill();
  }
  const processes = [...perProcess.values()].filter((figures) => figures.length === ticks);
  return { ticks, processes, machine };
}

function numbersOf(file: string): number[] {
  try {
    const text = fs.readFileSync(file, 'latin1');
    // The name in stat's brackets may look like anything.
    const rest = text.slice(text.lastIndexOf(')') + 1);
    return (rest.match(/\d+/g) ?? []).map(Number).map((value) => (text.includes('kB') ? value * 1024 : value));
  } catch {
    return [];
  }
}

/** First tick of what is made of a recording: 2026-11-21T05:00:00Z. */
export const FIRST_TICK = Date.UTC(2026, 10, 21, 5) / 1000;
const PROCESSES_PER_CONTAINER = 5;

/** Fills a block with one tick of `rows` containers or processes. Copies of the same original differ in size and time. */
export function fillBlock(block: Columns, table: SampledTable, recording: Recording, tick: number, rows: number): void {
  const { layout } = block;
  block.clear();
  for (let row = 0; row < rows; row++) {
    const labels = labelsOf(table, tick, row);
    for (const [column, value] of labels.entries()) block.setInt(column, row, value);
    const figures = figuresOf(table, recording, tick, row);
    const scale = 1 + ((row * 2654435761) % 1000) / 1000;
    for (let column = labels.length; column < layout.columns.length; column++) {
      const figure = figures[column - labels.length];
      if (figure !== undefined && figure <= Number.MAX_SAFE_INTEGER / 4) set(block, column, row, figure, scale);
    }
  }
}

function labelsOf(table: SampledTable, tick: number, row: number): number[] {
  const time = (FIRST_TICK + tick) * 1e6 + row * 13 + ((tick * 7919 + row * 31) % 997);
  const common = [time, FIRST_TICK + tick];
  if (table === 'containers') return [...common, row + 1];
  return [...common, Math.floor(row / PROCESSES_PER_CONTAINER) + 1, row + 1, 1000 + row, 77_777 + row];
}

function figuresOf(table: SampledTable, recording: Recording, tick: number, row: number): Figures {
  if (table === 'containers') return recording.machine[(tick + row * 3) % recording.ticks]!;
  const original = recording.processes[row % recording.processes.length]!;
  return original[(tick + Math.floor(row / recording.processes.length) * 7) % recording.ticks]!;
}

function set(block: Columns, column: number, row: number, figure: number, scale: number): void {
  const { type, values } = block.layout.columns[column]!;
  // Amounts of memory stay multiples of the page size.
  const value = figure > 4096 ? Math.floor((figure / 4096) * scale) * 4096 + (figure % 4096) : figure;
  if (type === 'double') block.setDouble(column, row, value / 7);
  else if (type === 'enum') block.setInt(column, row, value % values!.length);
  else block.setInt(column, row, value);
}

/** All ticks of a table, in blocks of at most the layout's rows, as those after `from` others. */
export function* blocks(
  layout: Layout,
  table: SampledTable,
  recording: Recording,
  rows: number,
  from = 0,
): Generator<{ bytes: Uint8Array; rows: number; tick: number }> {
  const all = new Columns({ ...layout, ...sized(layout, rows) });
  const part = new Columns(layout);
  for (let tick = from; tick < from + recording.ticks; tick++) {
    fillBlock(all, table, recording, tick, rows);
    for (let first = 0; first < rows; first += layout.rows) {
      const count = Math.min(layout.rows, rows - first);
      for (let row = 0; row < count; row++) part.copyRow(row, all, first + row);
      yield { bytes: part.bytes, rows: count, tick: FIRST_TICK + tick };
    }
  }
}

function sized(layout: Layout, rows: number): Partial<Layout> {
  const capacity = Math.ceil(rows / 64) * 64;
  const bitmapBytes = capacity / 8;
  const valuesOffset = layout.columns.length * bitmapBytes;
  const byteLength = valuesOffset + layout.columns.length * capacity * 8;
  return { rows: capacity, bitmapBytes, valuesOffset, byteLength };
}
