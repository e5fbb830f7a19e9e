/**
 * Writes the generated parts of docs/command-line.md, which stand between comments, from the commands and tables:
 *
 *     node --conditions=@fgm/source packages/cli/scripts/command-line-doc.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingsOf, variableOf } from '@fgm/agent/config';
import type { AnySetting } from '@fgm/agent/config';
import type { Command } from 'commander';
import { buildProgram } from '../src/program.ts';
import { defaultText } from '../src/recorder-options.ts';
import { RULES } from '../src/validate/finding.ts';

export const COMMAND_LINE_DOC = new URL('../../../docs/command-line.md', import.meta.url);

/** Code in a cell; a bar would end it. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

function prose(text: string): string {
  return text.replaceAll(/[|<]/g, '\\$&');
}

/** A table whose columns are as wide as its widest cells, which is how prettier wants it. */
function table(lines: readonly (readonly string[])[]): string {
  const cells = lines[0]!.map((_, index) => Math.max(3, ...lines.map((line) => line[index]!.length)));
  const join = (line: readonly string[]): string =>
    `| ${line.map((text, index) => text.padEnd(cells[index]!)).join(' | ')} |`;
  const [head, ...rows] = lines;
  return [join(head!), join(cells.map((width) => '-'.repeat(width))), ...rows.map(join)].join('\n');
}

function settingRow(setting: AnySetting): string[] {
  const flag = code(`--${setting.flag} <${setting.type.placeholder}>`);
  const reread = setting.reread ? 'yes' : '';
  return [flag, code(variableOf(setting.flag)), prose(defaultText(setting)), reread, prose(setting.help)];
}

function settingsTable(): string {
  return table([['flag', 'variable', 'default', 'SIGHUP', 'what it sets'], ...settingsOf('monitor').map(settingRow)]);
}

function rulesTable(): string {
  const rows = Object.entries(RULES).map(([rule, text]) => [code(rule), prose(text)]);
  return table([['rule', 'what it asks for'], ...rows]);
}

function usageOf(command: Command): string {
  const help = command.createHelp();
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => `- \`${help.optionTerm(option)}\`: ${help.optionDescription(option)}`);
  const usage = `\`\`\`\n${help.commandUsage(command)}\n\`\`\`\n\n${help.commandDescription(command)}`;
  return options.length === 0 ? usage : `${usage}\n\n${options.join('\n')}`;
}

/** Usage without options where those are the table of settings. */
function usageOnly(command: Command): string {
  const help = command.createHelp();
  return `\`\`\`\n${help.commandUsage(command)}\n\`\`\`\n\n${help.commandDescription(command)}`;
}

/** The generated parts by name. */
export function generatedParts(): ReadonlyMap<string, string> {
  const { stdout, stderr } = process;
  const program = buildProgram({ stdout, stderr, env: {} }, () => undefined);
  const recorders = new Set(['monitor', 'up']);
  return new Map([
    ...program.commands.map((command) => {
      const text = recorders.has(command.name()) ? usageOnly(command) : usageOf(command);
      return [`usage of ${command.name()}`, text] as const;
    }),
    ['settings', settingsTable()],
    ['rules', rulesTable()],
  ]);
}

/**
 * The document with its generated parts made anew.
 *
 * @throws Error for a part that the document has no place for
 */
export function withGeneratedParts(document: string): string {
  let text = document;
  for (const [name, part] of generatedParts()) {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${fileURLToPath(COMMAND_LINE_DOC)}: has no place for ${name}`);
    text = `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(COMMAND_LINE_DOC, withGeneratedParts(readFileSync(COMMAND_LINE_DOC, 'utf8')));
}
