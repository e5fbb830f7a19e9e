import { blockColumns, Columns, makeLayout, type Column, type Layout, type SampledTable } from '@fgm/catalog';
import type { Parser } from '@fgm/kernfs';
import { canCompile } from '@fgm/testkit';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allocated } from './allocated.ts';
import { CProgram } from './c-program.ts';
import { alone } from './effort.ts';
import { against, measured, type Figure } from './figure.ts';
import { report } from './report.ts';
import { byTurns, inProcess, type Contender } from './turns.ts';

const FIXTURES = fileURLToPath(new URL('../../test-fixtures/', import.meta.url));
const ROWS = 64;
const ROW = 7;

/** The formats that bench/reference/parse.c knows, and the keys that it shall take. */
export interface Twin {
  readonly format: 'flat' | 'colon' | 'pairs' | 'stat' | 'smaps';
  readonly keys: readonly string[];
}

/** Something that takes bytes apart. */
export interface BytesBench {
  /** Of the figures: what the bytes are a sample of. */
  readonly name: string;
  readonly bytes: number;
  readonly records: number;
  /** What a record is: `line`, `page`. */
  readonly record: string;
  readonly call: () => unknown;
  /** The same as one would write it first. */
  readonly naive: { readonly name: string; readonly call: () => unknown };
  readonly twin?: (() => CProgram) | undefined;
}

/** Something that takes a text apart. */
export interface TextBench {
  readonly name: string;
  /** The text's file, for the twin. */
  readonly path?: string;
  readonly bytes: Uint8Array;
  readonly call: () => unknown;
  readonly twin?: Twin | undefined;
}

/** A file of recorded text, `memory-stat/v6.1`. */
export function sampleText(sample: string): { readonly path: string; readonly bytes: Buffer } {
  const path = `${FIXTURES}${sample}.txt`;
  return { path, bytes: readFileSync(path) };
}

/** A layout and a block of a table, with columns that are found on the machine where the text has such. */
export function blockOf(table: SampledTable, extra: readonly Column[] = []): { layout: Layout; columns: Columns } {
  const layout = makeLayout(table, [...blockColumns(table), ...extra], ROWS);
  return { layout, columns: new Columns(layout) };
}

/** The keys of a kernel file that have a column. */
export function keysOf({ columns }: Layout, source: string): string[] {
  return columns.flatMap(({ source: from, key }) => (from === source && key !== undefined ? [key] : []));
}

export interface ParserCase {
  /** Where one sample has several parsers; else the sample is the name. */
  readonly name?: string;
  /** A file of test-fixtures, without its `.txt`. */
  readonly sample: string;
  readonly table: SampledTable;
  readonly make: (layout: Layout) => Parser;
  readonly extra?: readonly Column[];
  readonly twin?: (layout: Layout) => Twin;
}

/** Parsing one text into a row, over and over. */
export function parserCase({ sample, name = sample, table, make, extra, twin }: ParserCase): TextBench {
  const { layout, columns } = blockOf(table, extra);
  const parse = make(layout);
  const { path, bytes } = sampleText(sample);
  const call = (): unknown => parse(bytes, bytes.length, columns, ROW);
  return { name, path, bytes, call, twin: twin?.(layout) };
}

/** Measures the parser of a kernel file on recorded samples, next to what one would write first, and to the same in C. */
export async function benchParser(name: string, ...cases: readonly ParserCase[]): Promise<void> {
  await benchTexts(name, cases.map(parserCase));
}

/** The same for what is parsed by other means than a Parser. */
export async function benchTexts(name: string, benches: readonly TextBench[]): Promise<void> {
  await benchBytes(name, benches.map(bytesBench));
}

function bytesBench({ name, path, bytes, call, twin }: TextBench): BytesBench {
  return {
    name,
    bytes: bytes.length,
    records: linesOf(bytes),
    record: 'line',
    call,
    naive: { name: 'split()', call: () => bySplitting(bytes) },
    twin:
      twin && path !== undefined && canCompile()
        ? () => new CProgram('parse.c', [twin.format, path, ...twin.keys])
        : undefined,
  };
}

export async function benchBytes(name: string, benches: readonly BytesBench[]): Promise<void> {
  const figures: Figure[] = [];
  for (const bench of benches) figures.push(...(await figuresOf(bench, benches.length > 1 ? `${bench.name}, ` : '')));
  report(name, figures, { samples: benches.map(({ name: sample, bytes, records }) => ({ sample, bytes, records })) });
}

async function figuresOf(bench: BytesBench, prefix: string): Promise<Figure[]> {
  const { bytes, records, record, call, naive } = bench;
  const [ours, naively, inC] = await measure(bench);
  const speed = (calls: readonly number[]): number[] => calls.map((ns) => (bytes / ns) * 1000);
  return [
    measured(`${prefix}time`, `ns/${record}`, perRecord(ours!, records), {
      reference: naively && against(naive.name, ours!, naively),
      note: `${records} ${record}${records === 1 ? '' : 's'}, ${bytes} bytes`,
    }),
    measured(`${prefix}throughput`, 'MB/s', speed(ours!), {
      higherIsBetter: true,
      reference: inC && against('the same in C', speed(ours!), speed(inC)),
    }),
    allocated(`${prefix}allocated`, 'bytes/call', call),
  ];
}

/** Nanoseconds a call: ours, one's first attempt, the same in C. */
async function measure({ call, naive, twin }: BytesBench): Promise<(number[] | undefined)[]> {
  const contenders: Contender[] = [inProcess(call)];
  if (!alone()) contenders.push(inProcess(naive.call));
  const program = alone() ? undefined : twin?.();
  if (program) contenders.push(program);
  const used = await byTurns(contenders);
  await program?.close();
  return used;
}

function perRecord(calls: readonly number[], records: number): number[] {
  return calls.map((ns) => ns / records);
}

function linesOf(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines++;
  return Math.max(1, lines);
}

/** What one would write first: a string, lines, words, a map of numbers. */
function bySplitting(bytes: Uint8Array): Map<string, number[]> {
  const values = new Map<string, number[]>();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  for (const line of text.split('\n')) {
    const [key, ...words] = line.trim().split(/[\s:=]+/);
    if (key) values.set(key, words.map(Number));
  }
  return values;
}
