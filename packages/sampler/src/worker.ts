import { Shard } from './shard.ts';
import type { ShardResult, ShardTask } from './messages.ts';

/**
 * A sampler thread's one task, which ends when the recorder stops. The thread never returns to its event loop meanwhile:
 * between ticks it sleeps in Atomics.wait, which wakes closer to the deadline than a timer does, and nothing is sent to it
 * or from it for a tick. piscina starts the threads, hands over the task, and reports a thread that died.
 */
export default function run(task: ShardTask): ShardResult {
  return new Shard(task).run();
}
