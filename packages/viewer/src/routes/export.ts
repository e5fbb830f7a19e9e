import { Socket } from 'node:net';
import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import { TABLES } from '@fgm/catalog';
import type { Context } from '../http/context.ts';
import {
  EXPORT_FORMATS,
  type ExportedFile,
  ExportFailure,
  type ExportFormat,
  type ExportRequest,
  type SendingLimits,
} from '../http/exporter.ts';
import { idsByRecording } from '../http/find-containers.ts';
import { knownMetric } from '../http/known-metric.ts';
import { Problem, type ProblemCode } from '../http/problem.ts';
import { extentOf, rangeOf } from '../http/range.ts';
import { CONTAINERS, TIME } from '../http/schema.ts';

/** Files that are made at once: each takes a processor and up to gigabytes. */
const MOST_MADE = 2;
/** Files that are made or sent at once: each stands on the disk until it has been sent. */
const MOST_OPEN = 8;

const TYPES: Readonly<Record<ExportFormat, string>> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

const CODES: Readonly<Record<ExportFailure['kind'], ProblemCode>> = {
  'asked wrongly': 'bad_request',
  'no rows': 'no_rows',
  'too large': 'too_large',
  failed: 'internal',
};

const QUERY = {
  type: 'object',
  properties: {
    format: {
      enum: EXPORT_FORMATS,
      default: 'parquet',
      description: 'html: a page with charts of these metrics, and the data in it.',
    },
    layout: {
      enum: ['wide', 'long'],
      default: 'wide',
      description: 'A column for each metric, of one table; or a row for each value. A page is always wide.',
    },
    tables: { type: 'string', minLength: 1, maxLength: 200, description: 'By commas.' },
    metrics: {
      type: 'string',
      minLength: 1,
      maxLength: 10_000,
      description: 'By commas; * stands for any characters.',
    },
    containers: CONTAINERS,
    namespace: { type: 'string', minLength: 1, maxLength: 253 },
    labels: { type: 'string', minLength: 1, maxLength: 2000, description: 'key=value,key=value: all of them.' },
    from: TIME,
    to: TIME,
    max_rows: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000_000,
      default: 1_000_000,
      description: 'Rows after which to cut, in order of time; X-Fgm-Cut then says where.',
    },
    view: { type: 'string', maxLength: 60_000, description: 'What a page shows first, as its address has it.' },
  },
} as const;

type Query = FromSchema<typeof QUERY>;

export function exportRoutes({ recordings, limits, exporter }: Context, sending: SendingLimits): FastifyPluginCallback {
  let making = 0;
  let opened = 0;
  return (app, _options, done) => {
    app.get<{ Querystring: Query }>(
      '/export',
      {
        // To answer HEAD a file would have to be made, and thrown away.
        exposeHeadRoute: false,
        schema: {
          summary: 'Rows as a file: Parquet, CSV, or a page that needs no network.',
          description:
            'X-Fgm-Rows says how many rows there are in it, X-Fgm-From and X-Fgm-To of when, X-Fgm-Max-Rows how many there may be, X-Fgm-Cut what is missing.',
          querystring: QUERY,
          produces: Object.values(TYPES),
        },
      },
      async ({ query }, reply) => {
        const request = requestOf(query);
        if (making >= MOST_MADE || opened >= MOST_OPEN) {
          throw new Problem('busy', 'as many files as may be are being made or sent: ask again in a moment');
        }
        opened++;
        // Whatever happens, this connection is over some time.
        reply.raw.once('close', () => opened--);
        const file = await made(request, reply);
        return send(reply, query, file, sending);
      },
    );
    done();
  };

  async function made(request: ExportRequest, reply: FastifyReply): Promise<ExportedFile> {
    if (exporter === null) throw new Problem('not_found', 'this viewer makes no files: fgm view does');
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    reply.raw.once('close', leave);
    making++;
    try {
      return await exporter(request, gone.signal);
    } catch (cause) {
      throw cause instanceof ExportFailure ? new Problem(CODES[cause.kind], cause.message) : cause;
    } finally {
      making--;
      reply.raw.off('close', leave);
    }
  }

  function requestOf(query: Query): ExportRequest {
    if (extentOf(recordings).latest === null) throw new Problem('no_data', 'there are no data yet');
    const { from, to } = rangeOf(recordings, limits, query);
    const metrics = query.metrics?.split(',') ?? null;
    for (const name of metrics ?? []) if (!name.includes('*')) knownMetric(recordings, 'metrics', name);
    const tables = query.tables?.split(',') ?? null;
    const unknown = tables?.find((name) => !TABLES.some((table) => table === name));
    if (unknown !== undefined)
      throw new Problem('bad_request', `tables: there is no ${unknown.slice(0, 80)}; there are ${TABLES.join(', ')}`);
    const ids = idsByRecording(recordings, query.containers);
    // Of a directory that has nothing yet there is no file to be made.
    const asked = recordings.all.filter((one) => (ids === null ? one.origin() !== null : ids.has(one)));
    return {
      format: query.format,
      layout: query.layout,
      directories: asked.map(({ directory }) => directory),
      tables,
      metrics,
      containers: ids === null ? null : [...new Set([...ids.values()].flat())],
      namespace: query.namespace ?? null,
      labels: query.labels ?? null,
      from,
      to,
      maxRows: query.max_rows,
      view: query.view ?? null,
    };
  }
}

/** Nothing of the file is held in memory but what is on its way. */
function send(
  reply: FastifyReply,
  { format, max_rows: most }: Query,
  file: ExportedFile,
  { stallMs, totalMs }: SendingLimits,
): FastifyReply {
  const { content, rows, from, to, cut, bytes } = file;
  if (reply.raw.destroyed) {
    content.destroy();
    return reply;
  }
  // Who asks from within this process has none.
  const socket = reply.raw.socket instanceof Socket ? reply.raw.socket : null;
  const before = socket?.timeout ?? 0;
  const cutOff = (): void => void reply.raw.destroy();
  const timer = setTimeout(cutOff, totalMs);
  socket?.setTimeout(stallMs);
  socket?.once('timeout', cutOff);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    socket?.off('timeout', cutOff);
    socket?.setTimeout(before);
    content.destroy();
  });
  const name = `fgm-${from.replaceAll(/[-:]|\.\d+/g, '')}.${format}`;
  return reply
    .type(TYPES[format])
    .headers({
      'content-disposition': `attachment; filename="${name}"`,
      'content-length': bytes,
      'cache-control': 'no-store',
      'x-fgm-rows': rows,
      'x-fgm-max-rows': most,
      'x-fgm-from': from,
      'x-fgm-to': to,
      ...(cut === null ? {} : { 'x-fgm-cut': cut }),
    })
    .send(content);
}
