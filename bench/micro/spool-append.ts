/**
 * What it costs to append a tick of 100 containers and 500 processes to the spool, and how large it gets.
 * Run: node --conditions=@fgm/source bench/micro/spool-append.ts
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { blockColumns } from '@fgm/catalog';
import { BatchMessage } from '../../packages/store/src/batch-message.ts';
import { recordProc } from './proc-recording.ts';
import { writeWindow } from './store-window.ts';

const recording = await recordProc(20, 50);
for (let round = 0; round < 4; round++) {
  const window = writeWindow(recording, 100, 500);
  const cells = (100 * blockColumns('containers').length + 500 * blockColumns('processes').length) * recording.ticks;
  const perTick = window.appendNs / recording.ticks / 1e3;
  const numbers = [
    `${perTick.toFixed(0)} µs a tick`,
    `${(window.appendNs / window.batches / 1e3).toFixed(0)} µs a batch`,
    `${(window.appendNs / cells).toFixed(2)} ns a cell`,
    `${(window.bytes / recording.ticks / 1024).toFixed(0)} KiB a tick`,
  ];
  process.stdout.write(`${numbers.join('  ')}\n`);
  fs.rmSync(path.dirname(window.directory), { recursive: true });
}
const columns = blockColumns('processes').length;
const message = new BatchMessage(columns);
const nulls = new Uint32Array(columns);
const start = process.hrtime.bigint();
const times = 10_000;
for (let time = 0; time < times; time++) message.fill(370 + (time & 1), nulls);
const each = Number(process.hrtime.bigint() - start) / times;
process.stdout.write(`metadata of a batch of ${columns} columns, patched: ${(each / 1e3).toFixed(1)} µs\n`);
