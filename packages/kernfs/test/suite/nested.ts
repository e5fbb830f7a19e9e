import fc from 'fast-check';
import { decimal } from './mutations.ts';
import type { TwinField } from './twins.ts';

/** Lines of `name key=value …`, of known names and keys in any order and a few that nobody knows. */
export function nestedLines(fields: readonly TwinField[], end: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const words = fields.map(({ key }) => key.split(' ') as [string, string]);
  const name = fc.constantFrom(...words.map(([line]) => line), 'unknown', `${words[0]![0]}x`);
  const key = fc.constantFrom(...words.map(([, inner]) => inner), 'unknown', `${words[0]![1]}x`);
  const value = fc.oneof({ weight: 4, arbitrary: decimal }, { weight: 1, arbitrary: fc.constant('max') });
  const pairs = fc.array(
    fc.tuple(key, value).map((pair) => pair.join('=')),
    { minLength: 1, maxLength: 4 },
  );
  const line = fc.tuple(name, pairs, end).map(([first, rest, last]) => `${first} ${rest.join(' ')}${last}\n`);
  return fc.array(line, { maxLength: 8 }).map((lines) => lines.join(''));
}
