/** Arguments that several tools have. The API checks them; these say what they are. */
import { z } from 'zod';

const TIME = z.string().max(40);

export const from = TIME.optional().describe(
  'Start: ISO 8601 (UTC where no zone is named), milliseconds since 1970, or -15m: so long before the newest data. Default: 15 minutes before `to`.',
);
export const to = TIME.optional().describe('End, as `from`. Default: the newest data.');
export const container = z
  .string()
  .min(1)
  .max(500)
  .describe(
    'Id of a container as list_containers gives it, or its first 12 characters; node:id where several nodes have it.',
  );
export const containers = z.array(container).min(1).max(50).describe('Ids as list_containers gives them.');
export const metric = z
  .string()
  .min(1)
  .max(200)
  .describe('Metric as list_metrics gives it: table.column, or the column alone where only one table has it.');
