import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import type { Context } from '../http/context.ts';
import { stateOf } from '../http/data-state.ts';
import { Problem } from '../http/problem.ts';
import { INTEGER, listOf, objectOf, TEXT, TEXT_OR_NULL } from '../http/schema.ts';
import { SQL_FORMATS, type SqlQueries } from '../sql/sql-queries.ts';

const QUERY = {
  type: 'object',
  properties: {
    query: {
      type: 'string',
      minLength: 1,
      maxLength: 20_000,
      description: 'SQL of DuckDB that only reads: tables by name, such as SELECT * FROM containers.',
    },
    format: { enum: SQL_FORMATS, default: 'json' },
    limit: { type: 'integer', minimum: 1, maximum: 100_000, default: 1000, description: 'Rows at most.' },
  },
  required: ['query'],
  additionalProperties: false,
} as const;

type Query = FromSchema<typeof QUERY>;

const ROWS = objectOf({
  columns: listOf(TEXT),
  rows: listOf({ type: 'array', items: {} }, 'Values in the order of the columns. Integers have all their digits.'),
  row_count: INTEGER,
  cut: { ...TEXT_OR_NULL, description: 'Why there are not all rows; null where there are.' },
});

const SUMMARY = 'Rows of a query in SQL. Only what was recorded can be read, and nothing be written.';
const TYPES = { json: 'application/json; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;

export function sqlRoutes(context: Context, queries: SqlQueries): FastifyPluginCallback {
  return (app, _options, done) => {
    const response = { 200: { description: 'The rows.', content: { 'application/json': { schema: ROWS } } } };
    app.get<{ Querystring: Query }>(
      '/sql',
      { exposeHeadRoute: false, schema: { summary: SUMMARY, querystring: QUERY, response } },
      (request, reply) => answer(request, reply, request.query),
    );
    app.post<{ Body: Query }>('/sql', { schema: { summary: SUMMARY, body: QUERY, response } }, (request, reply) =>
      answer(request, reply, request.body),
    );
    done();
  };

  async function answer(request: FastifyRequest, reply: FastifyReply, { query, format, limit }: Query): Promise<void> {
    refuseOtherSites(request);
    const directories = context.recordings.all
      .filter((recording) => stateOf(recording).latest !== null)
      .map(({ directory }) => directory);
    if (directories.length === 0) throw new Problem('no_data', 'nothing is recorded in these directories yet');
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { body, rows, cut } = await queries.run({ directories, sql: query, format, rows: limit }, gone.signal);
    void reply.type(TYPES[format]).header('cache-control', 'no-store').header('fgm-rows', rows);
    if (cut !== null) void reply.header('fgm-cut', cut);
    return reply.send(body);
  }
}

/** What it cannot read a page of elsewhere could still start, again and again: browsers say whose wish a request is. */
function refuseOtherSites({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new Problem('foreign_host', 'SQL is not run for pages of other sites');
}
