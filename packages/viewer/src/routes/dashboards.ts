import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import type { Context } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { listOf, objectOf, TEXT } from '../http/schema.ts';

/** Nothing that leads out of the directory, and nothing hidden. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
const MOST_BYTES = 256 * 1024;

const PARAMETERS = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } as const;

/** Dashboards of a directory: JSON files, by their name without the ending. */
export function dashboardRoutes({ dashboards }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(
      '/dashboards',
      {
        schema: {
          summary: 'Names of the dashboards that there are.',
          response: { 200: objectOf({ dashboards: listOf(TEXT) }) },
        },
      },
      async () => ({ dashboards: dashboards === null ? [] : await namesIn(dashboards) }),
    );
    app.get<{ Params: FromSchema<typeof PARAMETERS> }>(
      '/dashboards/:name',
      {
        schema: {
          summary: 'A dashboard, as it stands in its file.',
          params: PARAMETERS,
          response: { 200: { type: 'object', additionalProperties: true } },
        },
      },
      async ({ params }) => {
        if (dashboards === null)
          throw new Problem('not_found', 'this viewer has no dashboards: start it with --dashboards DIR');
        return read(dashboards, params.name.replace(/\.json$/, ''));
      },
    );
    done();
  };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => name.endsWith('.json') && NAME.test(name))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  } catch (cause) {
    throw new Problem('internal', `${directory}: cannot be read: ${(cause as Error).message}`);
  }
}

async function read(directory: string, name: string): Promise<object> {
  const listed = NAME.test(name) ? await namesIn(directory) : [];
  if (!listed.includes(name)) {
    throw new Problem(
      'not_found',
      `there is no dashboard ${name.slice(0, 80)}; there are ${listed.join(', ') || 'none'}`,
    );
  }
  const text = await textOf(directory, `${name}.json`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new Problem('bad_dashboard', `${name}.json is not JSON: ${(cause as Error).message}`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new Problem('bad_dashboard', `${name}.json is no object`);
  return document;
}

async function textOf(directory: string, name: string): Promise<string> {
  // A FIFO would not be opened before somebody writes to it.
  const file = await open(join(directory, name), constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: Error) => {
    throw new Problem('bad_dashboard', `${name} cannot be read: ${cause.message}`);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Problem('bad_dashboard', `${name} is no file`);
    if (stat.size > MOST_BYTES)
      throw new Problem('bad_dashboard', `${name} has ${stat.size} bytes: that is no dashboard`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
