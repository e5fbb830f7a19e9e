import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness } from '../harness/shard-harness.ts';

const CONTAINERS = 20;
/** V8 boxes doubles until it has optimised the code. */
const WARM_UP = 5_000;
const STEPS = 2_000;
/** What remains are doubles that V8 boxes: clock readings, and arguments of calls that it does not inline. */
const BYTES_PER_READ = 64;

t.test('a sub-tick allocates next to nothing', async (t) => {
  const harness = new ShardHarness({
    burst: {
      intervalMs: 100,
      windowMs: 3000,
      afterMs: 1000,
      memoryBytes: 2 ** 24,
      triggers: { events: ['oom_kill'], memory: 90, throttled: 25, pressure: 40 },
    },
  });
  t.teardown(() => harness.close());
  const entities = Array.from({ length: CONTAINERS }, (_, entity) => entityOf(entity, { v2: cgroup(entity) }));
  harness.send({ type: 'add', entities });
  harness.tick();
  harness.discard();
  harness.messages();
  const bursts = harness.shard.bursts!;
  t.equal(bursts.watched, CONTAINERS);
  /** The clock passes by ticks, so that sub-ticks follow each other. */
  const steps = (count: number): number => {
    const before = harness.shard.context.burstReads;
    for (let step = 0; step < count; step++) {
      harness.clock.now += 100;
      bursts.step(500);
    }
    return harness.shard.context.burstReads - before;
  };
  steps(WARM_UP);
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  const reads = steps(STEPS);
  const bytes = (process.memoryUsage().heapUsed - before) / STEPS;
  t.ok(reads >= STEPS * CONTAINERS * 3, `${reads / STEPS} files a sub-tick were read`);
  t.ok(bytes < (BYTES_PER_READ * reads) / STEPS, `${Math.round(bytes)} bytes a sub-tick`);
  t.comment(`${Math.round(bytes)} bytes a sub-tick for ${CONTAINERS} containers and ${reads / STEPS} reads`);

  /** Half of them without cpu.stat, so that they are never still; the others near their limit, so that all is read. */
  function cgroup(entity: number): string {
    const directory = join(t.testdirName, `${entity}`);
    mkdirSync(directory, { recursive: true });
    const files: Record<string, string> = {
      'memory.current': '85\n',
      'memory.max': entity % 2 === 0 ? 'max\n' : '100\n',
      'memory.events': 'high 0\nmax 0\noom 0\noom_kill 0\n',
      'memory.stat': 'anon 1\nfile 2\npgfault 3\n',
      'pids.current': '1\n',
      'cgroup.procs': '',
      'io.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return directory;
  }
});
