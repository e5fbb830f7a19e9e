/**
 * Writes the generated parts of docs/command-line.md, which stand between comments, from the commands and tables:
 *
 *     node --conditions=@fgm/source packages/cli/scripts/command-line-doc.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { buildProgram } from '../src/program.ts';
import { RULES } from '../src/validate/finding.ts';
import { code, prose, table, withParts } from './generated.ts';

export const COMMAND_LINE_DOC = new URL('../../../docs/command-line.md', import.meta.url);

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

/** Usage, and that of the commands in it that are no secret. */
function usageWithin(command: Command): string {
  const within = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help');
  const heading = (each: Command): string => `### fgm ${command.name()} ${each.name()}`;
  return [usageOf(command), ...within.map((each) => `${heading(each)}\n\n${usageOf(each)}`)].join('\n\n');
}

/** The generated parts by name. */
export function generatedParts(): ReadonlyMap<string, string> {
  const { stdout, stderr } = process;
  const program = buildProgram({ stdout, stderr, env: {} }, () => undefined);
  const recorders = new Set(['monitor', 'up']);
  return new Map([
    ...program.commands.map((command) => {
      const text = recorders.has(command.name()) ? usageOnly(command) : usageWithin(command);
      return [`usage of ${command.name()}`, text] as const;
    }),
    ['rules', rulesTable()],
  ]);
}

/**
 * The document with its generated parts made anew.
 *
 * @throws Error for a part that the document has no place for
 */
export function withGeneratedParts(document: string): string {
  return withParts(document, fileURLToPath(COMMAND_LINE_DOC), generatedParts());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(COMMAND_LINE_DOC, withGeneratedParts(readFileSync(COMMAND_LINE_DOC, 'utf8')));
}
