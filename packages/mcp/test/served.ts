/** A client of the SDK's own, and the server that it talks to. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replayFixture } from '@fgm/agent/replay';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Test } from 'tap';
import { openServer, type RunSql } from '../src/index.ts';

const NODES = new URL('../../../test-fixtures/nodes/', import.meta.url);

/** Replays a recorded node into a directory below the test's own. */
export async function recorded(t: Test, node: 'v1' | 'v2' | 'hybrid' | 'churn', name = 'data'): Promise<string> {
  const outputDir = join(t.testdirName, name);
  const options = { outputDir, rotationMs: 90_000, speed: null, compressionLevel: 3 };
  await replayFixture(fileURLToPath(new URL(node, NODES)), options);
  return outputDir;
}

/** What a tool answered: its structured content, or the message of its failure. */
export interface Called<T> {
  readonly failure: string | null;
  readonly text: string;
  readonly answer: T;
}

export interface Asking {
  readonly client: Client;
  readonly call: <T = Record<string, unknown>>(
    name: string,
    args?: Readonly<Record<string, unknown>>,
  ) => Promise<Called<T>>;
}

/** A client beside its server, in memory. */
export async function asking(t: Test, directories: readonly string[], runSql?: RunSql): Promise<Asking> {
  const server = await openServer({ directories, version: 'test', ...(runSql === undefined ? {} : { runSql }) });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '0' });
  await server.connection().connect(far);
  await client.connect(near);
  t.teardown(async () => {
    await client.close();
    await server.close();
  });
  return { client, call: (name, args = {}) => call(client, name, args) };
}

export async function call<T>(
  client: Client,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Called<T>> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  const [{ text }] = content as [{ readonly text: string }];
  return { failure: isError === true ? text : null, text, answer: structuredContent as T };
}
