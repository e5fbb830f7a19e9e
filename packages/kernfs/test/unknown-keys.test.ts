import { blockColumns, makeLayout, type Column } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { unknownFlatKeys } from '../src/unknown-keys.ts';
import { hostileText } from './suite/hostile-text.ts';
import { twinFields } from './suite/keyed.ts';
import { mutated } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';

const SOURCE = 'memory.stat';
const LAYOUT = makeLayout('containers', blockColumns('containers'), 64);
const KNOWN = new Set(twinFields('containers', SOURCE).map(({ key }) => key));

function found(text: string): string[] {
  const column = (key: string): Column => ({ ...LAYOUT.columns[0]!, name: key });
  return unknownFlatKeys(LAYOUT, SOURCE, latin1(text), text.length, column).map(({ name }) => name);
}

/** By a regular expression. */
function slow(text: string): string[] {
  if (!text.endsWith('\n')) return [];
  const keys = text.split('\n').flatMap((line) => /^([a-z0-9_]+) [0-9]+$/.exec(line)?.[1] ?? []);
  return [...new Set(keys)].filter((key) => !KNOWN.has(key));
}

const key = fc.oneof(fc.constantFrom(...KNOWN, 'hyperspace', 'A', 'a-b', '', 'x_1'), fc.string({ maxLength: 5 }));
const line = fc.tuple(key, fc.nat()).map((words) => `${words.join(' ')}\n`);
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join(''));

t.test('finds the keys that no column has, each once, and no others', (t) =>
  holds(
    t,
    fc.property(
      fc.oneof(mutated(text), hostileText('memory-stat')),
      (lines) => found(lines).join() === slow(lines).join(),
    ),
  ),
);
