/** Data directories for tests: recorded nodes of test-fixtures/, replayed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replayFixture } from '@fgm/agent/replay';
import type { FastifyInstance } from 'fastify';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Test } from 'tap';
import { recordingsIn } from '../src/recordings/directory-recording.ts';
import { buildApp } from '../src/http/app.ts';
import { type Exporter, SENDING_LIMITS, type SendingLimits } from '../src/http/exporter.ts';
import { LIMITS, type Limits } from '../src/http/context.ts';

const NODES = new URL('../../../test-fixtures/nodes/', import.meta.url);

export type Row = Readonly<Record<string, unknown>>;

/** Replays a recorded node into a directory below the test's own. @param rotationMs length of a window */
export async function recorded(
  t: Test,
  node: 'v1' | 'v2' | 'hybrid' | 'churn',
  rotationMs = 90_000,
  name = 'data',
): Promise<string> {
  const outputDir = join(t.testdirName, name);
  await replayFixture(fileURLToPath(new URL(node, NODES)), { outputDir, rotationMs, speed: null, compressionLevel: 3 });
  return outputDir;
}

/** All rows of a table, read by a library that is not ours, in the order of their files. */
export async function rowsOf(directory: string, table: string): Promise<Row[]> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.split('/').at(-1)!.startsWith(`${table}-`))
    .toSorted();
  const parts = await Promise.all(
    files.map(async (file) =>
      parquetReadObjects({ file: await asyncBufferFromFile(join(directory, file)), compressors }),
    ),
  );
  return parts.flat();
}

/** A viewer that is asked without a network. */
export async function appOf(
  t: Test,
  directories: readonly string[],
  {
    limits = LIMITS,
    token = null,
    dashboards = null,
    exporter = null,
    stallMs = 30_000,
    sending = SENDING_LIMITS,
  }: {
    readonly limits?: Limits;
    readonly token?: string | null;
    readonly dashboards?: string | null;
    readonly exporter?: Exporter | null;
    readonly stallMs?: number;
    readonly sending?: SendingLimits;
  } = {},
): Promise<FastifyInstance> {
  const recordings = recordingsIn(directories);
  const app = await buildApp({ recordings, limits, version: 'test', token, dashboards, exporter, stallMs, sending });
  t.teardown(async () => {
    await app.close();
    recordings.close();
  });
  return app;
}

interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

/** What a path of the API answers. */
export async function ask<T>(app: FastifyInstance, path: string): Promise<Answered<T>> {
  const { statusCode: status, body } = await app.inject(`/api/v1/${path}`);
  const answered: Answered<T> = { status, body: JSON.parse(body) as T };
  return answered;
}
