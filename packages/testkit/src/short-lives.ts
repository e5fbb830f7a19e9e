import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compile } from '@fgm/scenarios';

const SOURCE = fileURLToPath(new URL('../programs/short-lives.c', import.meta.url));

export interface ShortLivesOptions {
  /** An existing cgroup2 directory whose children with a bare id are taken for containers, such as one named `docker`. */
  readonly directory: string;
  readonly count: number;
  readonly perSecond: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  /** From when its process was reaped until the directory is removed. */
  readonly gapMs: number;
  readonly seed?: number;
}

/** A container that has lived, as the one who made it saw it. */
export interface ShortLife {
  readonly id: string;
  readonly lifeUsec: number;
  /** usage_usec of its cpu.stat, read just before its directory was removed. */
  readonly usageUsec: number;
}

/** Lets containers come and go; resolves when all have gone. Needs a C compiler. @throws Error when one could not be made */
export async function shortLives(options: ShortLivesOptions): Promise<ShortLife[]> {
  const { directory, count, perSecond, shortestMs, longestMs, gapMs, seed = 1 } = options;
  const numbers = [count, perSecond, shortestMs, longestMs, gapMs, seed].map(String);
  const child = spawn(compile(SOURCE), [directory, ...numbers], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`short-lives ended with ${code}`);
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', life, usage] = line.split(' ');
      return { id, lifeUsec: Number(life), usageUsec: Number(usage) };
    });
}
