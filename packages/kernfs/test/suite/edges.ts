import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { EDGE_PATTERNS, type EdgeBase, type ValuePlace } from './edge-patterns.ts';
import { samplesOf } from './samples.ts';

const EDGE = new URL('../../../../test-fixtures/edge/', import.meta.url);
const MOST_LINES = 6;

/** How a family of files is parsed: into anything that can be written as JSON. */
export interface EdgeFamily {
  /** Directory of its samples in test-fixtures, and of its edge cases in test-fixtures/edge. */
  readonly family: string;
  readonly parse: (text: string) => unknown;
  /** The same, slowly. */
  readonly twin: (text: string) => unknown;
  /** A text to begin with, where there are no samples. */
  readonly sample?: string;
}

/**
 * The files of test-fixtures/edge/FAMILY, found by reading the directory: each is parsed to what stands beside it in
 * NAME.expected.json, by the parser and by its slow twin. UPDATE_FIXTURES=1 (`npm run fixtures:edge`) writes what the patterns
 * make of the base, and what is expected of all that is there.
 */
export function edges(family: EdgeFamily): void {
  const directory = new URL(`${family.family}/`, EDGE);
  const update = process.env['UPDATE_FIXTURES'] === '1';
  if (update) write(family, directory);
  void t.test(`edge cases of ${family.family}`, (t) => {
    const { text } = baseOf(family, directory);
    for (const [name, made] of patternsOf(family, text)) {
      const file = new URL(`${name}.txt`, directory);
      t.equal(
        existsSync(file) && readFileSync(file, 'latin1'),
        made,
        `${name}.txt is what npm run fixtures:edge makes`,
      );
    }
    for (const name of textsIn(directory)) {
      const content = readFileSync(new URL(`${name}.txt`, directory), 'latin1');
      const wanted = readFileSync(new URL(`${name}.expected.json`, directory), 'utf8');
      t.strictSame(family.parse(content), JSON.parse(wanted), name);
      t.strictSame(family.twin(content), JSON.parse(wanted), `${name}, slowly`);
    }
    t.end();
  });
}

function textsIn(directory: URL): string[] {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names.filter((name) => name.endsWith('.txt')).map((name) => name.slice(0, -'.txt'.length));
}

function write(family: EdgeFamily, directory: URL): void {
  mkdirSync(directory, { recursive: true });
  const { text } = baseOf(family, directory);
  for (const [name, made] of patternsOf(family, text)) writeFileSync(new URL(`${name}.txt`, directory), made, 'latin1');
  for (const name of textsIn(directory)) {
    const outcome = family.parse(readFileSync(new URL(`${name}.txt`, directory), 'latin1'));
    writeFileSync(new URL(`${name}.expected.json`, directory), `${JSON.stringify(outcome, null, 2)}\n`);
  }
}

function patternsOf(family: EdgeFamily, text: string): [name: string, made: string][] {
  const base = { text, value: firstValue(family, text) };
  return Object.entries(EDGE_PATTERNS).flatMap(([name, pattern]) => {
    const made = pattern(base);
    return made === null ? [] : [[name, made] as [string, string]];
  });
}

/** What all others are made of: kept, so that a new sample changes nothing. */
function baseOf(family: EdgeFamily, directory: URL): Pick<EdgeBase, 'text'> {
  const kept = new URL('base.txt', directory);
  return { text: existsSync(kept) ? readFileSync(kept, 'latin1') : shortened(family) };
}

/** The richest sample without the lines that say nothing, and not more than a person can read at a glance. */
function shortened({ family, parse, sample }: EdgeFamily): string {
  const samples = sample === undefined ? samplesOf([family]) : [sample];
  const richness = (text: string): number => {
    const outcome = JSON.stringify(parse(text));
    return outcome.includes('OVERFLOW') ? 0 : outcome.length;
  };
  const [richest = ''] = samples.toSorted((one, other) => richness(other) - richness(one) || one.length - other.length);
  let lines = richest.split('\n').slice(0, -1);
  const textOf = (some: readonly string[]): string => some.map((line) => `${line}\n`).join('');
  for (let at = lines.length - 1; at >= 0; at--) {
    const fewer = lines.toSpliced(at, 1);
    if (fewer.length > 0 && isDeepStrictEqual(parse(textOf(fewer)), parse(textOf(lines)))) lines = fewer;
  }
  return textOf(lines.slice(0, MOST_LINES));
}

/** The first digits that are a value: a change of theirs changes the values and nothing else. */
function firstValue({ parse }: EdgeFamily, text: string): ValuePlace | null {
  const before = parse(text);
  for (const { index, 0: digits } of text.matchAll(/[0-9]+/g)) {
    const changed = parse(`${text.slice(0, index)}${BigInt(digits) + 1n}${text.slice(index + digits.length)}`);
    if (!isDeepStrictEqual(changed, before) && sameShape(changed, before))
      return { start: index, end: index + digits.length };
  }
  return null;
}

/** Whether two outcomes differ in numbers only. */
function sameShape(one: unknown, other: unknown): boolean {
  const shape = (outcome: unknown): string =>
    JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'number' ? 0 : value));
  return shape(one) === shape(other);
}
