import { Counters } from '@fgm/ring';
import { parentPort, workerData } from 'node:worker_threads';
import { DISCOVERY_COUNTERS } from './counters.ts';
import type { DiscoveryCommand, DiscoveryMessage, DiscoveryWorkerData } from './messages.ts';
import { raiseThreadPriority } from './thread-priority.ts';
import { Discovery } from './watch.ts';

const port = parentPort;
if (port === null) throw new Error('@fgm/discovery/worker runs in a worker thread only');
const { counters, ...options } = workerData as DiscoveryWorkerData;
const post = (message: DiscoveryMessage): void => port.postMessage(message);

const numbers = counters ? new Counters(DISCOVERY_COUNTERS, counters) : null;
numbers?.set(numbers.index('priority_raised'), raiseThreadPriority() ? 1 : 0);

const discovery = new Discovery(
  { ...options, counters: numbers },
  {
    entities: (batch) => post({ type: 'entities', ...batch }),
    written: (written) => post({ type: 'written', written }),
    late: (late) => post({ type: 'late', late }),
    trouble: (trouble) => post({ type: 'trouble', ...trouble }),
  },
);

port.on('message', (command: DiscoveryCommand) => {
  if (command.type === 'rescan') return discovery.rescan();
  // With nothing left to wait for the thread ends by itself: a terminated one loses its coverage.
  discovery.stop();
  port.close();
});
discovery.start();
