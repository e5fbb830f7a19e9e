import { readFileSync } from 'node:fs';
import t from 'tap';
import { EVENT_SEVERITIES, EVENT_TYPES, SEVERITIES } from '../src/index.ts';

const doc = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8');

t.test('every type has its section in docs/events.md, and there is no other', async (t) => {
  const sections = [...doc.matchAll(/^## `(\w+)`$/gm)].map(([, type]) => type!);
  t.same(new Set(sections), new Set<string>(EVENT_TYPES));
  t.equal(sections.length, EVENT_TYPES.length, 'each once');
});

t.test('every section says what the detail holds', async (t) => {
  for (const [, type, text] of doc.matchAll(/^## `(\w+)`\n([^#]*)/gm)) t.match(text ?? '', /Keys|keys/, type ?? '');
});

t.test('the severities are those of the table', async (t) => {
  for (const severity of SEVERITIES) {
    const row = new RegExp(`^\\| \`${severity}\` *\\|(.*)\\|$`, 'm').exec(doc)?.[1] ?? '';
    const listed = [...row.matchAll(/`(\w+)`/g)].map(([, type]) => type!);
    const wanted = EVENT_TYPES.filter((type) => EVENT_SEVERITIES[type] === severity);
    t.same(new Set(listed), new Set<string>(wanted), severity);
  }
});
