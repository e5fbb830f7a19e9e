import { readFileSync } from 'node:fs';
import t from 'tap';
import { settingsOf } from '@fgm/agent/config';
import { CONFIGURATION_DOC, withGeneratedParts } from '../scripts/configuration-doc.ts';
import { VIEW_SETTINGS } from '../src/view/settings.ts';

const document = readFileSync(CONFIGURATION_DOC, 'utf8');

t.test('docs/configuration.md is current', (t) => {
  const command = 'node --conditions=@fgm/source packages/cli/scripts/configuration-doc.ts';
  t.equal(withGeneratedParts(document), document, `made by: ${command}`);
  t.end();
});

t.test('whatever is written in prose is a setting that there is', (t) => {
  const known = new Set([...settingsOf('monitor'), ...VIEW_SETTINGS].map(({ flag }) => flag));
  const prose = document.replaceAll(/<!-- begin .*?<!-- end /gs, '');
  const [, aims = ''] = /^## What people change$(.*?)^## /ms.exec(prose) ?? [];
  // In the example a key begins a line; in the table it stands in code, with a value or without.
  const keys = [...aims.matchAll(/^([a-z-]+):|`([a-z]+(?:-[a-z]+)*)(?:: [^`]*)?`/gm)].map(
    ([, key, inCode]) => key ?? inCode!,
  );
  t.ok(keys.length > 10);
  for (const key of keys) t.ok(known.has(key), key);
  t.end();
});
