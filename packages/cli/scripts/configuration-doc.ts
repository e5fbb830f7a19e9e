/**
 * Writes the generated parts of docs/configuration.md, which stand between comments, from the tables of settings:
 *
 *     node --conditions=@fgm/source packages/cli/scripts/configuration-doc.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingsOf, type TableRow } from '@fgm/agent/config';
import { defaultText } from '../src/recorder-options.ts';
import { VIEW_SETTINGS } from '../src/view/settings.ts';
import { code, prose, table, withParts } from './generated.ts';

export const CONFIGURATION_DOC = new URL('../../../docs/configuration.md', import.meta.url);

function accepted({ type, list }: TableRow): string {
  return list ? `${type.wanted}; a list` : type.wanted;
}

function settingsTable(settings: readonly TableRow[], rereads: boolean): string {
  const rows = settings.map((setting) => [
    code(setting.flag),
    prose(accepted(setting)),
    prose(defaultText(setting)),
    ...(rereads ? [setting.reread ? 'yes' : ''] : []),
    prose(setting.help),
  ]);
  return table([['setting', 'takes', 'default', ...(rereads ? ['SIGHUP'] : []), 'what it sets'], ...rows]);
}

/** The document with its generated parts made anew. */
export function withGeneratedParts(document: string): string {
  const parts = new Map([
    ['settings of the recorder', settingsTable(settingsOf('monitor'), true)],
    ['settings of the viewer', settingsTable(VIEW_SETTINGS, false)],
  ]);
  return withParts(document, fileURLToPath(CONFIGURATION_DOC), parts);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(CONFIGURATION_DOC, withGeneratedParts(readFileSync(CONFIGURATION_DOC, 'utf8')));
}
