import { closeSync, createReadStream, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AccountedProgram, installed } from './accounted-program.ts';
import type { AtWork, Kept, Peer } from './peer.ts';

/** CPU, memory, I/O and context switches of every process; PSS it has none of. */
const FLAGS = ['-h', '-H', '-u', '-r', '-d', '-w', '-p', 'ALL', '1'];
/** Time, user and pid come first, the command's name last. */
const LABELS_BEFORE = 3;
const LABELS_BEHIND = 1;

export function pidstat(): Peer {
  const command = installed('pidstat');
  return {
    name: 'pidstat',
    setting: `pidstat ${FLAGS.join(' ')} > FILE`,
    sample: 'a number measured of a process, a column of a line',
    missing: command === null ? 'sysstat' : null,
    async start(directory): Promise<AtWork> {
      mkdirSync(directory, { recursive: true });
      const file = join(directory, 'text');
      const program = new AccountedProgram();
      const out = openSync(file, 'w');
      program.start([command!, ...FLAGS], ['ignore', out, 'ignore']);
      closeSync(out);
      return {
        cpuUsec: () => program.cpuUsec(),
        rssBytes: () => program.rssBytes(),
        ask: async () => {},
        async stop() {
          await program.stop();
          return { ...(await keptIn(file)), bytes: statSync(file).size };
        },
      };
    },
  };
}

async function keptIn(file: string): Promise<Omit<Kept, 'bytes'>> {
  const ticks = new Set<string>();
  let [samples, processSamples] = [0, 0];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const fields = line.trim().split(/ +/);
    if (!/^\d+$/.test(fields[0]!)) continue;
    ticks.add(fields[0]!);
    processSamples++;
    samples += Math.max(0, fields.length - LABELS_BEFORE - LABELS_BEHIND);
  }
  return { samples, processSamples, ticks: ticks.size };
}
