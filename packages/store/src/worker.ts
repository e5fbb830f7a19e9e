/** The writer's thread: a shell around Writer. */
import { parentPort, workerData } from 'node:worker_threads';
import { Counters, Doorbell, Ring } from '@fgm/ring';
import { STORE_COUNTERS } from './counters.ts';
import type { WriterTask } from './messages.ts';
import { Writer } from './writer.ts';

/** Longest sleep. A message does not ring, so this is how late an event or 'stop' may be seen. */
const MAX_WAIT_MS = 200;

const task = workerData as WriterTask;
const port = parentPort!;
const doorbell = new Doorbell(task.doorbell);
const writer = new Writer({
  options: task.options,
  rings: task.rings.map(({ buffer, slots, slotBytes }) => new Ring(buffer, slots, slotBytes)),
  ports: [port],
  counters: new Counters(STORE_COUNTERS, task.counters),
  post: (message) => port.postMessage(message),
});

while (!writer.stopped) {
  const rung = doorbell.count();
  if (!writer.step() && !writer.stopped) doorbell.wait(rung, Math.min(MAX_WAIT_MS, task.options.intervalMs));
}
