import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AccountedProgram, installed } from './accounted-program.ts';
import type { AtWork, Kept, Peer } from './peer.ts';

/** Label, host, epoch, date, time, seconds; pid, name, state: what stands before the rest of a line. */
const BEFORE_REST = 9;
const PID = 6;
/** Of PRG, in the rest: it keeps each thread as well, whose number is not that of its process. */
const THREAD_GROUP = 2;
/**
 * Places, in the rest, of what was measured, by atop(1), PARSEABLE OUTPUT: not who the process is, nor what is the same for all
 * (clock ticks a second, page size) or obsolete.
 */
const MEASURED: Readonly<Record<string, readonly number[]>> = {
  // threads; running, sleeping, in uninterruptible sleep
  PRG: [3, 8, 9, 10],
  // user, system, nice, priority, realtime priority, policy, CPU; run queue delay, I/O delay
  PRC: [1, 2, 3, 4, 5, 6, 7, 11, 13],
  // virtual, resident, text, growth of both, faults, library, data, stack, swap, PSS where asked for, locked
  PRM: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15],
  // sectors read, written, cancelled
  PRD: [3, 5, 6],
};
/** Limits of its cgroup, -1 and less where there are none. */
const LIMITS: Readonly<Record<string, readonly number[]>> = { PRC: [14, 15], PRM: [16, 17, 18, 19] };

/**
 * Process accounting, which it would switch on for the whole machine, is left off.
 * @param pss read of smaps as well
 */
export function atop(pss: boolean): Peer {
  const command = installed('atop');
  const flags = [...(pss ? ['-R'] : []), '-w'];
  return {
    name: 'atop',
    setting: `atop ${flags.join(' ')} FILE 1`,
    sample: 'a number measured of a process or thread, in lines PRG, PRC, PRM and PRD of atop -P',
    missing: command === null ? 'atop' : null,
    async start(directory): Promise<AtWork> {
      mkdirSync(directory, { recursive: true });
      const file = join(directory, 'raw');
      const program = new AccountedProgram();
      program.start([command!, ...flags, file, '1'], 'ignore', { ATOPACCT: '' });
      return {
        cpuUsec: () => program.cpuUsec(),
        rssBytes: () => program.rssBytes(),
        ask: async () => {},
        async stop() {
          await program.stop();
          return { ...(await keptIn(command!, file)), bytes: statSync(file).size };
        },
      };
    },
  };
}

async function keptIn(command: string, file: string): Promise<Omit<Kept, 'bytes'>> {
  const child = spawn(command, ['-r', file, '-P', Object.keys(MEASURED).join(',')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  let [samples, processSamples, ticks] = [0, 0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'SEP') ticks++;
    const fields = fieldsOf(line);
    if (fields[0] === 'PRG' && fields[PID] === fields[BEFORE_REST + THREAD_GROUP]) processSamples++;
    samples += measuredIn(fields);
  }
  await ended;
  return { samples, processSamples, ticks };
}

/** Names and command lines are in brackets and may hold spaces. */
function fieldsOf(line: string): string[] {
  return line.replaceAll(/\([^)]*\)/g, '()').split(' ');
}

function measuredIn(fields: readonly string[]): number {
  const label = fields[0] ?? '';
  const rest = fields.slice(BEFORE_REST);
  const numbers = (MEASURED[label] ?? []).filter((place) => /^-?\d+$/.test(rest[place] ?? ''));
  const limits = (LIMITS[label] ?? []).filter((place) => Number(rest[place] ?? -1) >= 0);
  return numbers.length + limits.length;
}
