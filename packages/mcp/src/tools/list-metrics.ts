import { z } from 'zod';
import { STUDIES } from '@fgm/viewer';
import { tool } from '../tool.ts';

const TABLES = 'containers, processes, mappings, devices, interfaces, node and bursts';

export const listMetrics = tool({
  name: 'list_metrics',
  title: 'Metrics and studies',
  description: `Finds metrics by words (all must be in the name or the help). Tables: ${TABLES}. unit is that of what get_series and analyze give: counters are shown as their change in a second, those of time as a share of it (1 is one CPU used all the time). Lists the studies of analyze as well.`,
  shape: {
    search: z
      .string()
      .max(200)
      .optional()
      .describe('Words by spaces, such as `memory anon`; all metrics unless given.'),
    limit: z.number().int().min(1).max(1000).default(50),
  },
  answer: async (api, { search = '', limit }) => {
    const { metrics } = await api.ask('metrics');
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const named = metrics.filter(({ id }) => words.every((word) => id.includes(word)));
    const helped = metrics.filter(
      ({ id, help }) =>
        !words.every((word) => id.includes(word)) &&
        words.every((word) => `${id} ${help}`.toLowerCase().includes(word)),
    );
    // A name says more than a help text that happens to have the word.
    const found = [...named, ...helped];
    const note =
      found.length > 0
        ? {}
        : {
            note:
              metrics.length === 0 ? await api.whyNothing() : `no metric has all of these words, of ${metrics.length}`,
          };
    return {
      metrics: found.slice(0, limit).map(({ id, kind, shown_unit: unit, help, limit: limited }) => ({
        id,
        kind,
        unit,
        help,
        ...(limited === null ? {} : { limit: limited }),
      })),
      total: found.length,
      studies: STUDIES,
      ...note,
    };
  },
});
