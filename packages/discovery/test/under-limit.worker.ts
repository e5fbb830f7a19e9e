/** A process of its own whose inotify limits the test sets: prints what discovery reports, and takes a new limit by stdin. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Discovery } from '../src/index.ts';

const print = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const discovery = new Discovery(
  { cgroupRoot: process.argv[2]!, scope: 'containers', firstEntity: 0, pollMs: 20, rescanMs: 600_000 },
  {
    entities: (batch) => print({ batch }),
    written: () => {},
    late: () => {},
    trouble: (trouble) => print({ trouble }),
  },
);
discovery.start();
const input = createInterface({ input: process.stdin });
input.on('line', (limit) => {
  for (const name of ['watches', 'instances']) writeFileSync(`/proc/sys/user/max_inotify_${name}`, limit);
});
input.on('close', () => discovery.stop());
