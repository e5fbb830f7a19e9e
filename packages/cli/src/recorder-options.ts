import { settingsOf, variableOf } from '@fgm/agent/config';
import type { RecorderCommand, TableRow } from '@fgm/agent/config';
import { Option } from 'commander';
import type { Command } from 'commander';

const CONFIG = { flag: 'config', help: 'YAML file with more settings; its keys are the flags.' };

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** What a setting is when nothing is said, for people. */
export function defaultText(setting: TableRow): string {
  return typeof setting.default === 'string' ? setting.default : (setting.defaultHelp ?? 'none');
}

function option(setting: TableRow): Option {
  const description = `${setting.help} [${variableOf(setting.flag)}, default ${defaultText(setting)}]`;
  const made = new Option(`--${setting.flag} <${setting.type.placeholder}>`, description);
  return setting.list ? made.argParser(collect) : made;
}

/** Gives a command the flags of a table, and the one that names a file with the same settings. */
export function addSettings(command: Command, settings: readonly TableRow[]): Command {
  for (const setting of settings) {
    command.addOption(option(setting));
    if (setting.alias) command.addOption(new Option(`--${setting.alias} <${setting.type.placeholder}>`).hideHelp());
  }
  return command.option(`--${CONFIG.flag} <path>`, `${CONFIG.help} [${variableOf(CONFIG.flag)}]`);
}

/**
 * Gives a command the flags of the recorder, straight from the table of settings.
 *
 * @param only the flags it takes, where it does not take all
 */
export function addRecorderOptions(command: Command, name: RecorderCommand, only?: readonly string[]): Command {
  const settings = settingsOf(name).filter(({ flag }) => only?.includes(flag) ?? true);
  addSettings(command, settings);
  if (only) return command;
  const reread = settings.flatMap((setting) => (setting.reread ? [setting.flag] : []));
  return command.addHelpText(
    'after',
    `\nA flag beats its variable, a variable the file. Taken again on SIGHUP: ${reread.join(', ')}.`,
  );
}

/** The values given on the command line, by flag. */
export function flagsGiven(command: Command): Record<string, string | readonly string[] | undefined> {
  return Object.fromEntries(
    command.options.map((option) => [
      option.long?.slice(2) ?? option.name(),
      command.getOptionValue(option.attributeName()) as string | readonly string[] | undefined,
    ]),
  );
}
