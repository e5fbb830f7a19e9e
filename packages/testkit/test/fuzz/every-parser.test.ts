/** A parser without a property fails here: parsers are found by reading the sources, properties by reading the tests. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import t from 'tap';
import { kernelParsers, namedParsers, untried } from './untried.ts';

const PACKAGES = fileURLToPath(new URL('../../../', import.meta.url));

function textsOf(pattern: string): string[] {
  return globSync(pattern, { cwd: PACKAGES }).map((file) => readFileSync(join(PACKAGES, file), 'utf8'));
}

/** Parts of parsers: whatever uses them is tried. */
const PARTS: ReadonlySet<string> = new Set([
  'acceptAll',
  'colonKeyedParser',
  'equalBytes',
  'flatKeyedParser',
  'nestedKeyedParser',
]);

t.test('every parser of kernel files has a property', async (t) => {
  const names = textsOf('kernfs/src/*.ts').flatMap(kernelParsers);
  const found = names.filter((name) => !PARTS.has(name));
  t.ok(found.length > 45, `${found.length} parsers`);
  t.same(untried(found, textsOf('kernfs/test/*.ts')), []);
});

const OTHERS: Readonly<Record<string, number>> = {
  agent: 3,
  catalog: 1,
  cli: 0,
  discovery: 10,
  fixture: 5,
  store: 3,
  viewer: 1,
  web: 1,
};

for (const [name, least] of Object.entries(OTHERS)) {
  t.test(`every parser of ${name} has a property`, async (t) => {
    const found = textsOf(`${name}/src/**/*.ts`).flatMap(namedParsers);
    t.ok(found.length >= least, `${found.length} parsers`);
    t.same(untried(found, textsOf(`${name}/test/**/*.ts`)), []);
  });
}

t.test('a parser without a property is found', async (t) => {
  const source = [
    'export function newFileParser(layout: Layout): Parser {\n}\n',
    'export function parseNew(\n  line: string,\n): New | null {\n}\n',
    'export function decodeNew<T>(line: string): T {\n}\n',
    'export class NewNames {\n  add(bytes: Uint8Array): void {}\n}\n',
    'export function parser(): void {\n}\n',
  ].join('');
  t.same(kernelParsers(source), ['newFileParser', 'NewNames']);
  t.same(namedParsers(source), ['parseNew', 'decodeNew']);
  const example = "import t from 'tap';\nt.equal(parseNew('a'), null);\n";
  const property = "import { holds } from '@fgm/testkit/property';\nholds(t, decodeNew);\n";
  t.same(untried(['parseNew', 'decodeNew', 'decode'], [example, property]), ['parseNew', 'decode']);
});
