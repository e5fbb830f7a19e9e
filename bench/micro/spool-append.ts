/**
 * What it costs to append a tick of 100 containers and 500 processes to the spool, and how large it gets, next to writing as many
 * bytes that lie ready. Run: node --conditions=@fgm/source --expose-gc bench/micro/spool-append.ts
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { blockColumns } from '@fgm/catalog';
import { BatchMessage } from '../../packages/store/src/batch-message.ts';
import { byEffort } from '../harness/effort.ts';
import { against, measured } from '../harness/figure.ts';
import { recordProc } from '../harness/proc-recording.ts';
import { report } from '../harness/report.ts';
import { writeWindow } from '../harness/store-window.ts';
import { byTurns, cpuNs, inProcess } from '../harness/turns.ts';

const TICKS = byEffort({ full: 20, quick: 20, smoke: 2 });
const ROUNDS = byEffort({ full: 12, quick: 6, smoke: 1 });
const [CONTAINERS, PROCESSES] = [100, 500];

/** CPU nanoseconds of writing so many bytes, in as many pieces. */
function writePlainly(directory: string, bytes: number, pieces: number): number {
  const piece = new Uint8Array(Math.ceil(bytes / pieces)).fill(7);
  const file = fs.openSync(path.join(directory, 'plain'), 'w');
  const before = cpuNs();
  for (let left = pieces; left > 0; left--) fs.writeSync(file, piece);
  const used = cpuNs() - before;
  fs.closeSync(file);
  return used;
}

const recording = await recordProc(TICKS, 50);
const perTick: number[] = [];
const plain: number[] = [];
const cells =
  (CONTAINERS * blockColumns('containers').length + PROCESSES * blockColumns('processes').length) * recording.ticks;
let [bytes, batches] = [0, 0];
// The first window warms up.
for (let round = -1; round < ROUNDS; round++) {
  const window = writeWindow(recording, CONTAINERS, PROCESSES);
  ({ bytes, batches } = window);
  const plainly = writePlainly(window.directory, bytes, batches);
  fs.rmSync(path.dirname(window.directory), { recursive: true });
  if (round < 0) continue;
  perTick.push(window.appendCpuNs / recording.ticks / 1e3);
  plain.push(plainly / recording.ticks / 1e3);
}

const columns = blockColumns('processes').length;
const message = new BatchMessage(columns);
const nulls = new Uint32Array(columns);
let rows = 0;
const [patching] = await byTurns([inProcess(() => message.fill(370 + (rows++ & 1), nulls))]);

report(
  'spool-append',
  [
    measured('a tick', 'µs', perTick, {
      reference: against('plain writes', perTick, plain),
      note: `${batches} batches of ${recording.ticks} ticks`,
    }),
    measured(
      'a cell',
      'ns',
      perTick.map((usec) => (usec * 1e3 * recording.ticks) / cells),
    ),
    measured('size of a tick', 'KiB', [bytes / recording.ticks / 1024]),
    measured('metadata of a batch, patched', 'ns', patching!, { note: `${columns} columns` }),
  ],
  { containers: CONTAINERS, processes: PROCESSES, cells, bytes, batches },
);
