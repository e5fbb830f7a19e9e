/**
 * What a sampler thread spends on reading and parsing, next to a C program that only reads the same files: every file of real
 * cgroups and processes, in each round, none left out. Ours reads with KernelFile and parses into columns; the C program reads each
 * file to its end and does nothing with it. By turns, CPU by getrusage.
 *
 *     node --conditions=@fgm/source --expose-gc bench/macro/read-and-parse.ts [--containers 100] [--processes 5] [--touch BYTES]
 *          [--rounds 21] [--turn-ms 150] [--no-kinds]
 */
import { parseArgs } from 'node:util';
import { CProgram } from '../harness/c-program.ts';
import { byEffort } from '../harness/effort.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { textsOfCgroups, textsOfProcesses, type KernelText } from '../harness/kernel-text.ts';
import { Load } from '../harness/load.ts';
import { report } from '../harness/report.ts';
import { median } from '../harness/statistics.ts';
import { byTurns, inProcess, type TurnOptions } from '../harness/turns.ts';

/** What reading and parsing may cost, in times of the C program: with a walk of each process's pages, and without. */
const AIM_WITH_WALKS = 1.1;
const AIM_WITHOUT = 1.25;

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '40', smoke: '2' }) },
    processes: { type: 'string', default: '5' },
    touch: { type: 'string', default: `${2 ** 20}` },
    rounds: { type: 'string', default: byEffort({ full: '31', quick: '11', smoke: '3' }) },
    'turn-ms': { type: 'string', default: byEffort({ full: '100', quick: '50', smoke: '1' }) },
    kinds: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const options: TurnOptions = { rounds: Number(values.rounds), turnMs: Number(values['turn-ms']) };
const buffer = new Uint8Array(64 * 1024);
const details: Record<string, unknown> = { containers: values.containers, processes: values.processes };

/** Those that this kernel has, open. */
function opened(texts: readonly KernelText[]): KernelText[] {
  return texts.filter(({ file }) => file.open() === 0 && file.read(buffer) >= 0);
}

function readAndParse(texts: readonly KernelText[]): void {
  for (let index = 0; index < texts.length; index++) {
    const { file, parse, columns, row } = texts[index]!;
    const length = file.read(buffer);
    parse(buffer, length < 0 ? 0 : length, columns, row);
  }
}

function readOnly(texts: readonly KernelText[]): void {
  for (let index = 0; index < texts.length; index++) texts[index]!.file.read(buffer);
}

/** Nanoseconds a file, by turns: ours, ours without parsing, the C program to the end of each file, the C program with one read of each. */
async function measure(
  texts: readonly KernelText[],
  turns: TurnOptions,
): Promise<[number[], number[], number[], number[]]> {
  const list = `${texts.map(({ file }) => file.path).join('\n')}\n\n`;
  const [toEnd, once] = [new CProgram('reader.c', ['serve'], list), new CProgram('reader.c', ['serve', 'once'], list)];
  const ours = inProcess(() => readAndParse(texts));
  const reading = inProcess(() => readOnly(texts));
  const used = await byTurns([ours, reading, toEnd, once], turns);
  await Promise.all([toEnd.close(), once.close()]);
  return used.map((rounds) => rounds.map((ns) => ns / texts.length)) as [number[], number[], number[], number[]];
}

async function figuresOf(name: string, texts: readonly KernelText[], aim: number): Promise<Figure[]> {
  const [ours, reading, toEnd, once] = await measure(texts, options);
  return [
    measured(`${name}: read and parse`, 'ns/file', ours, {
      reference: against('C reader', ours, toEnd, aim),
      note: `${texts.length} files; the C reader takes ${Math.round(median(toEnd))} ns for each`,
    }),
    measured(`${name}: the same, one read in C`, 'ns/file', ours, {
      reference: against('C reader, one read a file', ours, once),
    }),
    measured(`${name}: without parsing`, 'ns/file', reading, { reference: against('C reader', reading, toEnd) }),
  ];
}

/** Where the time goes, file by file. */
async function figuresOfKinds(texts: readonly KernelText[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [kind, same] of Object.entries(Object.groupBy(texts, ({ kind: name }) => name))) {
    const turns = { turnMs: options.turnMs / 4, rounds: Math.ceil(options.rounds / 3) };
    const [ours, reading, toEnd, once] = await measure(same!, turns);
    const parts = { reading: median(reading), parsing: median(ours) - median(reading), oneRead: median(once) };
    const [read, parse, inC] = Object.values(parts).map(Math.round);
    figures.push(
      measured(kind, 'ns/file', ours, {
        reference: against('C reader', ours, toEnd),
        note: `reading ${read}, parsing ${parse}; one read in C ${inC}`,
      }),
    );
  }
  return figures;
}

const load = await Load.start({
  containers: Number(values.containers),
  processes: Number(values.processes),
  active: 0,
  touchBytes: Number(values.touch),
});
try {
  const pids = load.pids();
  const cgroups = textsOfCgroups(load);
  const figures: Figure[] = [];
  const without = opened([...cgroups, ...textsOfProcesses(pids, false)]);
  figures.push(...(await figuresOf('without walks', without, AIM_WITHOUT)));
  for (const { file } of without) file.close();
  const all = opened([...cgroups, ...textsOfProcesses(pids, true)]);
  figures.push(...(await figuresOf('with smaps_rollup', all, AIM_WITH_WALKS)));
  if (values.kinds) figures.push(...(await figuresOfKinds(all)));
  report('read-and-parse', figures, details);
} finally {
  load.close();
}
