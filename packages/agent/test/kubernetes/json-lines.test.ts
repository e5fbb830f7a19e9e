import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { fails } from './fails.ts';
import { jsonBody, jsonLines } from '../../src/kubernetes/json-lines.ts';

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    yield Buffer.from(bytes.subarray(at, at + size));
    at += size;
  }
}

async function linesOf(text: string | Uint8Array, sizes: readonly number[] = [7], longest = 1e6): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(chunks(Buffer.from(text), sizes), longest)) values.push(value);
  return values;
}

t.test('the same values however the stream is cut, without the one that is not complete', async (t) => {
  const json = fc.jsonValue().filter((value) => !Object.is(value, -0) && !JSON.stringify(value).includes('-0'));
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  await holds(
    t,
    fc.asyncProperty(fc.array(json), fc.string(), sizes, async (values, rest, sizes) => {
      const whole = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      const found = await linesOf(whole + rest.replaceAll('\n', ''), sizes);
      return JSON.stringify(found) === JSON.stringify(values);
    }),
  );
  t.same(await linesOf('\n\n{"a":1}\n\n'), [{ a: 1 }], 'empty lines are none');
});

t.test('what is not JSON', async (t) => {
  for (const line of ['{', 'nothing', '{"a":1}}', '<html>']) {
    await fails(t, linesOf(`${line}\n`), { reason: 'malformed', message: /not JSON: "/ }, line);
  }
  await fails(t, jsonBody(chunks(Buffer.from('{"a"'), [1]), 10), { reason: 'malformed' });
  t.match(await linesOf(Buffer.from('"a\xff\xfeb"\n', 'latin1')), ['a\u{fffd}\u{fffd}b'], 'bytes that are not UTF-8');
});

t.test('what would fill the memory', async (t) => {
  t.same(await linesOf(`"${'a'.repeat(8)}"\n`, [3], 10), ['aaaaaaaa']);
  await fails(t, linesOf(`"${'a'.repeat(100)}`, [3], 10), { reason: 'too_large' });
  t.same(await jsonBody(chunks(Buffer.from('"aaaaaaaa"'), [3]), 10), 'aaaaaaaa');
  await fails(t, jsonBody(chunks(Buffer.from('"aaaaaaaaa"'), [3]), 10), { reason: 'too_large' });
});
