import type { BurstEvent, BurstTriggers } from '@fgm/sampler';
import type { ValueType } from './value-type.ts';

const EVENTS: readonly string[] = ['oom_kill', 'memory_high', 'memory_max'] satisfies readonly BurstEvent[];
/** Triggers with a threshold, and the percentage that a bare name means. */
const LEVELS: Readonly<Record<string, number>> = { memory: 90, throttled: 25, pressure: 40 };

/**
 * What begins a burst, as a list with commas: names of events, and levels with their percentage behind an underscore.
 *
 *     oom_kill,memory_90,throttled_25,pressure_40
 */
export const burstTriggers: ValueType<BurstTriggers> = {
  placeholder: 'list',
  wanted:
    'a list of oom_kill, memory_high, memory_max, memory_<percent>, throttled_<percent> and pressure_<percent>, each once, such as oom_kill,memory_90',
  parse: parseTriggers,
};

function parseTriggers(text: string): BurstTriggers | undefined {
  const events: string[] = [];
  const levels = new Map<string, number>();
  for (const name of text.split(',')) {
    const [, level = '', percent] = /^(memory|throttled|pressure)(?:_([1-9]\d?|100))?$/.exec(name) ?? [];
    const known = EVENTS.includes(name) ? events.includes(name) : level === '' || levels.has(level);
    if (known) return undefined;
    if (level === '') events.push(name);
    else levels.set(level, Number(percent ?? LEVELS[level]));
  }
  const of = (level: string): number | null => levels.get(level) ?? null;
  return {
    events: events as BurstEvent[],
    memory: of('memory'),
    throttled: of('throttled'),
    pressure: of('pressure'),
  };
}
