/**
 * Writes the list of what each capability is for into docs/least-privilege.md, between its comments:
 *
 *     node --conditions=@fgm/source packages/catalog/scripts/least-privilege-doc.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CAPABILITIES, columnsWithout, type Capability } from '../src/index.ts';

export const LEAST_PRIVILEGE_DOC = new URL('../../../docs/least-privilege.md', import.meta.url);

const BEGIN = '<!-- begin capabilities -->\n';
const END = '<!-- end capabilities -->\n';

function section(capability: Capability): string {
  const { name, of, files, besides } = capability;
  const columns = columnsWithout(capability).map((column) => `\`${column.name}\``);
  const lines = [
    `### Without ${name}`,
    `Of ${of}, these may not be read: ${files.map((file) => `\`${file}\``).join(', ')}.`,
    `Columns of \`processes\` that are null for them: ${columns.join(', ')}.`,
    `Besides:\n\n${besides.map((text) => `- ${text}`).join('\n')}`,
  ];
  return `${lines.join('\n\n')}\n`;
}

/** The document as it should be: as it is, but for the list. */
export function leastPrivilegeDocument(): string {
  const now = readFileSync(LEAST_PRIVILEGE_DOC, 'utf8');
  const [before, rest] = now.split(BEGIN) as [string, string];
  const after = rest.slice(rest.indexOf(END) + END.length);
  return `${before}${BEGIN}\n${CAPABILITIES.map(section).join('\n')}\n${END}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(LEAST_PRIVILEGE_DOC, leastPrivilegeDocument());
