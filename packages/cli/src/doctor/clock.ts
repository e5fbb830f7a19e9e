import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { textOf } from './small-file.ts';

const CLOCK_SOURCE = 'sys/devices/system/clocksource/clocksource0/current_clocksource';
/** Read through a device: each look at the clock is a system call and a bus access. */
const SLOW_SOURCES = new Set(['hpet', 'acpi_pm', 'pit', 'refined-jiffies', 'jiffies']);

/** Names as /proc/PID/comm cuts them, at 15 bytes. */
const TIME_DAEMONS = new Set([
  'chronyd',
  'ntpd',
  'openntpd',
  'systemd-timesyn',
  'ptp4l',
  'phc2sys',
  'timemaster',
  'ntpd-rs',
]);

function checkClockSource(hostRoot: string): Check {
  const source = textOf(join(hostRoot, CLOCK_SOURCE)) ?? textOf(join('/', CLOCK_SOURCE));
  if (source === undefined) return ok('clock source', 'not told by this kernel');
  if (!SLOW_SOURCES.has(source)) return ok('clock source', source);
  return warn(
    'clock source',
    `${source} is slow to read`,
    'more CPU per sample, and times of rows less exact',
    'see why the kernel has given up a faster one (dmesg, tsc=reliable)',
  );
}

function runningDaemon(procRoot: string): string | undefined {
  for (const name of readdirSync(procRoot)) {
    if (!/^\d+$/.test(name)) continue;
    const comm = textOf(join(procRoot, name, 'comm'));
    if (comm !== undefined && TIME_DAEMONS.has(comm)) return comm;
  }
  return undefined;
}

function checkSynchronised(procRoot: string): Check {
  let daemon: string | undefined;
  try {
    daemon = runningDaemon(procRoot);
  } catch {
    // checkKernel() has said that there is no procfs.
    return ok('time', 'not known');
  }
  if (daemon !== undefined) return ok('time', `kept by ${daemon}`);
  return warn(
    'time',
    'no time daemon is seen here',
    'times and ticks may not line up with those of other machines',
    'run chrony or systemd-timesyncd, if nothing outside of this machine sets its clock',
  );
}

export function checkClock({ procRoot, hostRoot }: Examined): readonly Check[] {
  return [checkClockSource(hostRoot), checkSynchronised(procRoot)];
}
