import { occursTwice } from './clock-steps.ts';
import type { ClockStep } from './clock-steps.ts';
import type { FileFacts } from './file-facts.ts';
import type { Finding } from './finding.ts';
import { formatDuration } from '@fgm/agent/config';

/** Per file of the table `containers`: its first and last tick. */
export interface TickRange {
  readonly facts: FileFacts;
  readonly first: number;
  readonly last: number;
}

function between(before: TickRange, after: TickRange, steps: readonly ClockStep[]): Finding | null {
  const { intervalMs, file } = after.facts;
  const time = (tick: number): string => new Date(tick * intervalMs).toISOString();
  if (after.first <= before.last) {
    const own = steps.filter(({ identifier }) => identifier === file.identifier);
    const last = Math.min(before.last, after.last);
    if (occursTwice(own, after.first * intervalMs) && occursTwice(own, last * intervalMs)) {
      const ticks = `ticks ${after.first} to ${last} are in ${before.facts.file.path} too`;
      const message = `${ticks}: the clock was set back, as an event says`;
      return { severity: 'info', path: file.path, rule: 'duplicate', message };
    }
    const message = `its first tick ${after.first} is not after the last one of ${before.facts.file.path}, ${before.last}`;
    return { severity: 'error', path: file.path, rule: 'duplicate', message };
  }
  const missing = after.first - before.last - 1;
  if (missing === 0) return null;
  const message = `nothing is recorded before it, from ${time(before.last + 1)} for ${formatDuration(missing * intervalMs * 1000)}`;
  return { severity: 'info', path: file.path, rule: 'gap', message };
}

/** Compares each file with the one before it: ticks in both of them, or in none. Files of other intervals do not compare. */
export function checkContinuity(ranges: readonly TickRange[], steps: readonly ClockStep[] = []): Finding[] {
  const lanes = Map.groupBy(ranges, ({ facts }) => `${facts.file.identifier} ${facts.intervalMs}`);
  return [...lanes.values()].flatMap((lane) => {
    const sorted = lane.toSorted((a, b) => a.first - b.first || a.last - b.last);
    return sorted.slice(1).flatMap((range, index) => between(sorted[index]!, range, steps) ?? []);
  });
}
