import type { FastifyPluginCallback } from 'fastify';
import { LIMITS } from '../recordings/limits.ts';
import { shownUnit } from '../recordings/metric.ts';
import type { Context } from '../http/context.ts';
import { listOf, objectOf, TEXT, TEXT_OR_NULL } from '../http/schema.ts';

const METRIC = objectOf({
  id: { ...TEXT, description: 'table.column; the column alone will do where only one table has it.' },
  table: TEXT,
  name: TEXT,
  kind: { ...TEXT, description: 'gauge, or counter: then a chart shows its change in a second.' },
  unit: TEXT_OR_NULL,
  shown_unit: { ...TEXT_OR_NULL, description: 'Unit of what a chart shows.' },
  limit: { ...TEXT_OR_NULL, description: 'The metric that tells what it may come to.' },
  help: TEXT,
  source: { ...TEXT, description: "The kernel's file that it comes from." },
});

export function metricRoutes({ recordings }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(
      '/metrics',
      {
        schema: {
          summary: 'What can be shown over time.',
          response: { 200: objectOf({ metrics: listOf(METRIC) }) },
        },
      },
      () => ({
        metrics: recordings.metrics().map((metric) => ({
          ...metric,
          shown_unit: shownUnit(metric),
          limit: LIMITS[metric.id] ?? null,
        })),
      }),
    );
    done();
  };
}
