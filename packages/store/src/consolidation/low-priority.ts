import * as fs from 'node:fs';
import * as os from 'node:os';

/** The last to get a CPU; the kernel derives the lowest I/O priority of its class from it, too. */
const NICE = 19;

/**
 * Puts this process behind all others: for CPUs, for the disk, and in front of them when memory runs out. All of its threads,
 * because nice(2) is about threads; those that start later inherit it.
 * @returns what the system refused, in words
 */
export function lowerOwnPriority(): string[] {
  const problems: string[] = [];
  const attempt = (what: string, action: () => void): void => {
    try {
      action();
    } catch (cause) {
      problems.push(`${what}: ${(cause as Error).message}`);
    }
  };
  for (const thread of fs.readdirSync('/proc/self/task')) {
    attempt(`priority of thread ${thread}`, () => os.setPriority(Number(thread), NICE));
  }
  attempt('oom_score_adj', () => fs.writeFileSync('/proc/self/oom_score_adj', '1000'));
  return problems;
}
