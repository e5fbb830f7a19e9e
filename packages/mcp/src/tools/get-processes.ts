import { z } from 'zod';
import { PROCESS_FIGURES } from '@fgm/viewer';
import { isoTime, shortNumber } from '../api.ts';
import { containers } from '../arguments.ts';
import { tool } from '../tool.ts';

export const getProcesses = tool({
  name: 'get_processes',
  title: 'Processes of an instant',
  description:
    'The processes that there were at an instant, those with the most CPU (or of another figure) first. Sizes are bytes, cpu_millicores thousandths of a CPU. total says how many there are without the limit.',
  shape: {
    at: z.string().max(40).optional().describe('ISO 8601, milliseconds since 1970, or -15m; the newest unless given.'),
    containers: containers.optional(),
    order: z.enum(PROCESS_FIGURES).optional().describe('What to rank by; cpu_millicores unless given.'),
    limit: z.number().int().min(1).max(500).default(20),
  },
  answer: async (api, query) => {
    const { at, processes, total } = await api.ask('processes', query);
    return {
      at: isoTime(at),
      processes: processes.map(({ time, ...figures }) => ({
        ...Object.fromEntries(
          Object.entries(figures)
            .filter(([name, value]) => name !== 'key' && value !== null)
            .map(([name, value]) => [name, typeof value === 'number' ? shortNumber(value) : value]),
        ),
        time: isoTime(time),
      })),
      total,
      ...(total > processes.length ? { left_out: total - processes.length } : {}),
      ...(total === 0 ? { note: `no process at this instant: ${await api.whyNothing()}` } : {}),
    };
  },
});
