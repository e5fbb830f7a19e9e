/** inspect and validate over files with anything in them: a summary, a finding or a clear error, and no crash. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { CommandFailure } from '../../src/failure.ts';
import { summariseDirectory } from '../../src/inspect/directory-summary.ts';
import { summariseFile } from '../../src/inspect/file-summary.ts';
import { validate } from '../../src/validate/validate.ts';
import { fileOf, recorded } from '../recorded.ts';

let data: string;
let database: Database;
t.before(async () => {
  data = await recorded(t);
  database = await Database.open();
});
t.teardown(() => database.close());

const byte = fc.integer({ min: 1, max: 255 });
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** The ends of files say most of them. */
const anywhere = fc.oneof(
  place,
  place.map((share) => 1 - share / 5),
);
type Harm = readonly [kind: 'flip' | 'cut' | 'insert' | 'zero', share: number, value: number];
const harm: fc.Arbitrary<Harm> = fc.tuple(fc.constantFrom('flip', 'flip', 'cut', 'insert', 'zero'), anywhere, byte);
const harms = fc.array(harm, { minLength: 1, maxLength: 3 });

function harmed(bytes: Buffer, list: readonly Harm[]): Buffer {
  return list.reduce<Buffer>((before, [kind, share, value]) => {
    const at = Math.floor(share * before.length);
    const [head, tail] = [before.subarray(0, at), before.subarray(at)];
    if (kind === 'cut') return head;
    if (kind === 'insert') return Buffer.concat([head, Buffer.alloc(value, value), tail]);
    if (kind === 'zero') return Buffer.concat([head, Buffer.alloc(Math.min(value, tail.length)), tail.subarray(value)]);
    return Buffer.concat([head, Uint8Array.of((tail[0] ?? 0) ^ value), tail.subarray(1)]);
  }, bytes);
}

/** True when something comes out, or a failure that names the file. @throws any other error */
async function settles(path: string, read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (cause) {
    if (!(cause instanceof CommandFailure)) throw cause;
    return cause.message.includes(path);
  }
}

t.test('what is whole has nothing wrong with it', async (t) => {
  t.ok((await summariseDirectory(database, data)).tables.length > 0);
  t.same((await validate(data)).findings, []);
});

const table = fc.constantFrom('containers', 'processes', 'events', 'node');

t.test('a file', (t) => {
  const root = t.testdir({});
  return holds(
    t,
    fc.asyncProperty(table, harms, async (name, list) => {
      const from = fileOf(data, name);
      const path = join(root, from.slice(from.lastIndexOf('/') + 1));
      const bytes = harmed(readFileSync(from), list);
      writeFileSync(path, bytes);
      const summary = await settles(path, () => summariseFile(database, path, bytes.length));
      return summary && (await settles(path, () => validate(path)));
    }),
    2000,
  );
});

t.test('a directory', (t) => {
  const directory = join(t.testdir({}), 'data');
  const what = fc.oneof({ weight: 3, arbitrary: table }, { weight: 1, arbitrary: fc.constant('index.json') });
  return holds(
    t,
    fc.asyncProperty(what, harms, async (name, list) => {
      rmSync(directory, { recursive: true, force: true });
      cpSync(data, directory, { recursive: true });
      const path = name === 'index.json' ? join(directory, name) : fileOf(directory, name);
      writeFileSync(path, harmed(readFileSync(path), list));
      await settles(directory, () => summariseDirectory(database, directory));
      const { findings } = await validate(directory);
      return findings.every(({ message }) => message.length > 5 && !/undefined|NaN|\[object/.test(message));
    }),
    5000,
  );
});
