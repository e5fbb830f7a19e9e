import { z } from 'zod';
import { EVENT_TYPES } from '@fgm/catalog';
import type { Event } from '../answers.ts';
import { isoTime } from '../api.ts';
import { containers, from, to } from '../arguments.ts';
import { tool } from '../tool.ts';

export const getEvents = tool({
  name: 'get_events',
  title: 'Events',
  description:
    'What happened, oldest first: OOM kills, restarts, throttling, limits that were reached or changed, starts and ends. severity: critical is a loss, warning the sign of one. Where there are more than the limit, the gravest and newest are given; total says how many there are.',
  shape: {
    from,
    to,
    containers: containers
      .optional()
      .describe("Ids as list_containers gives them; the recorder's own events come too."),
    types: z
      .array(z.enum(EVENT_TYPES))
      .min(1)
      .optional()
      .describe('All but process_start and process_exit unless given.'),
    limit: z.number().int().min(1).max(1000).default(50),
  },
  answer: async (api, query) => {
    const { events, total } = await api.ask('events', query);
    return {
      events: events.map(eventBody),
      total,
      ...(total > events.length ? { left_out: total - events.length } : {}),
      ...(total === 0 ? { note: await api.whyNothing() } : {}),
    };
  },
});

export function eventBody({ time, ...rest }: Event) {
  const known = Object.entries(rest).filter(([, value]) => value !== null);
  return { time: isoTime(time), ...Object.fromEntries(known) };
}
