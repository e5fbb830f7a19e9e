import { z } from 'zod';
import { shortNumber } from '../api.ts';
import { container, from, metric, to } from '../arguments.ts';
import { tool } from '../tool.ts';

export const correlate = tool({
  name: 'correlate',
  title: 'What goes with a metric',
  description:
    'Which other metrics of a container go up and down with one of them, the strongest first, and how much later (lag_ms; negative: before it). A common cause correlates as well as an effect does. confidence is 1 less the probability of finding as much in noise.',
  shape: {
    container,
    metric,
    max_lag_ms: z.number().int().min(0).max(3_600_000).optional().describe('60000 unless given.'),
    from,
    to,
    limit: z.number().int().min(1).max(200).default(20),
  },
  answer: async (api, { limit, ...query }) => {
    const { metric, step, candidates, correlations } = await api.ask('studies/correlation', query);
    return {
      metric,
      step_ms: step,
      candidates,
      correlations: correlations
        .slice(0, limit)
        .map(({ correlation, ...one }) => ({ ...one, correlation: shortNumber(correlation) })),
      total: correlations.length,
      ...(correlations.length === 0
        ? { note: candidates === 0 ? await api.whyNothing() : `none of ${candidates} metrics goes with it` }
        : {}),
    };
  },
});
