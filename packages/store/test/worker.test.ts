import * as path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Columns, SAMPLED_TABLES } from '@fgm/catalog';
import { Counters, Doorbell, LAST_OF_TICK, Ring } from '@fgm/ring';
import t from 'tap';
import { type FromWriter, STORE_COUNTERS, type StoreCounter, type ToWriter, type WriterTask } from '../src/index.ts';
import { entityOf, fill, LAYOUTS, parquetFiles, processOf, readRows } from './fixture.ts';

/** A real writer thread. */
class Thread {
  readonly ring = Ring.create(16, Math.max(...SAMPLED_TABLES.map((table) => LAYOUTS[table].byteLength)));
  readonly doorbell = new Doorbell();
  readonly counters = Counters.create<StoreCounter>(STORE_COUNTERS);
  readonly worker: Worker;
  readonly exited: Promise<number>;
  readonly #posted: FromWriter[] = [];
  #wake: () => void = () => {};

  constructor(directory: string) {
    const task: WriterTask = {
      options: {
        directory,
        identifier: 'node-a',
        node: 'node-a',
        cluster: 'c',
        runId: 'run-1',
        intervalMs: 100,
        rotationMs: 300,
        compressionLevel: 3,
        retentionBytes: 1 << 30,
        retentionAgeMs: 86_400_000,
        onLimit: 'evict',
        spoolSyncMs: 1000,
        recorderVersion: '0.0.0',
        kernelRelease: '6.1.0',
        layouts: LAYOUTS,
      },
      rings: [this.ring],
      doorbell: this.doorbell.buffer,
      counters: this.counters.buffer,
    };
    task satisfies WriterTask;
    this.worker = new Worker(new URL(import.meta.resolve('@fgm/store/worker')), {
      workerData: {
        ...task,
        rings: [{ buffer: this.ring.buffer, slots: this.ring.slots, slotBytes: this.ring.slotBytes }],
      },
    });
    this.exited = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.on('message', (message: FromWriter) => {
      this.#posted.push(message);
      this.#wake();
    });
  }

  post(message: ToWriter): void {
    this.worker.postMessage(message, message.type === 'port' ? [message.port as never] : []);
  }

  /** Resolves when a message of this type has come; each is given once. */
  async next(type: FromWriter['type']): Promise<FromWriter> {
    for (;;) {
      const index = this.#posted.findIndex((message) => message.type === type);
      if (index >= 0) return this.#posted.splice(index, 1)[0]!;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  publish(tick: number, entity: number): void {
    const slot = this.ring.claim();
    const bytes = this.ring.views[slot]!;
    fill(new Columns(LAYOUTS.processes, bytes.buffer, bytes.byteOffset), [
      { time: tick * 1e5, tick, entity, process: 1, pid: 2 },
    ]);
    this.ring.publish(slot, SAMPLED_TABLES.indexOf('processes'), 1, tick, LAST_OF_TICK);
    this.doorbell.ring();
  }
}

t.test('a thread from ready to stopped', async (t) => {
  const directory = path.join(t.testdir(), 'data');
  const thread = new Thread(directory);
  t.same(await thread.next('ready'), { type: 'ready', recovered: 0, recordedUntil: null });
  const { port1, port2 } = new MessageChannel();
  thread.post({ type: 'port', port: port2 });
  thread.post({ type: 'entity', entity: entityOf(1) });
  port1.postMessage({ type: 'processes', list: [processOf(1)] } satisfies ToWriter);
  const first = Math.floor(Date.now() / 100);
  for (let tick = first; tick < first + 4; tick++) thread.publish(tick, 1);
  t.match(await thread.next('rotated'), { reason: 'time', files: [{ table: 'processes', rows: 3 }] });
  thread.post({ type: 'stop', reason: 'test' });
  await thread.next('stopped');
  t.equal(await thread.exited, 0, 'it ends by itself');
  port1.close();
  const rows = (await Promise.all(parquetFiles(directory, 'processes').map(readRows))).flat();
  t.same(
    rows.map((row) => row['tick']),
    [0, 1, 2, 3].map((tick) => first + tick),
  );
  t.match(rows[0], { comm: 'comm-1', pod: 'pod-1', cluster: 'c', pid: 2 });
  t.equal(thread.counters.get('rows_processes'), 4);
});

t.test('a directory that cannot be made is the end of the thread, with the reason', async (t) => {
  const directory = path.join(t.testdir({ file: '' }), 'file', 'data');
  const thread = new Thread(directory);
  const error = await new Promise((resolve) => thread.worker.once('error', resolve));
  t.match(error, { code: 'ENOTDIR' });
  t.equal(await thread.exited, 1);
});
