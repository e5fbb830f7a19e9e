import { readFileSync } from 'node:fs';
import t from 'tap';
import { COMMAND_LINE_DOC, generatedParts, withGeneratedParts } from '../scripts/command-line-doc.ts';

const document = readFileSync(COMMAND_LINE_DOC, 'utf8');

t.test('docs/command-line.md is current', (t) => {
  const command = 'node --conditions=@fgm/source packages/cli/scripts/command-line-doc.ts';
  t.equal(withGeneratedParts(document), document, `made by: ${command}`);
  t.end();
});

t.test('a part that has no place is not lost in silence', (t) => {
  t.throws(() => withGeneratedParts(document.replace('<!-- begin rules -->', '')), /has no place for rules/);
  t.end();
});

t.test('every command has a section', (t) => {
  const commands = [...generatedParts().keys()].flatMap((name) => /^usage of (\w+)$/.exec(name)?.[1] ?? []);
  t.ok(commands.length >= 6);
  for (const command of commands) t.match(document, new RegExp(`^## fgm ${command}$`, 'm'));
  t.end();
});
