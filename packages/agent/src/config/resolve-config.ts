import { ConfigError, place } from './config-error.ts';
import type { Origin } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import type { FileEntry } from './config-file.ts';
import { formatDuration } from './duration.ts';
import type { RecorderConfig } from './recorder-config.ts';
import { settingsOf, variableOf } from './settings.ts';
import type { AnySetting, RecorderCommand, Setting } from './settings.ts';

/** Where settings are looked for, in this order; then their defaults. */
export interface Sources {
  readonly command: RecorderCommand;
  /** Values by flag (without dashes) as given on the command line; `config` names the file. */
  readonly flags: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** FGM_<FLAG>, and POD_NAME and NODE_NAME for defaults. An empty variable counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
}

export interface ResolvedConfig {
  readonly config: RecorderConfig;
  readonly origins: Readonly<Record<keyof RecorderConfig, Origin>>;
}

interface Given {
  readonly texts: readonly string[];
  readonly origin: Origin;
}

function only(candidates: readonly Given[]): Given | undefined {
  const [first, second] = candidates;
  if (first && second) {
    throw new ConfigError(`${place(first.origin)} and ${place(second.origin)} are the same setting; give one of them`);
  }
  return first;
}

function namesOf({ flag, alias }: Setting): readonly string[] {
  return alias === undefined ? [flag] : [flag, alias];
}

function fromFlags(setting: Setting, flags: Sources['flags']): Given | undefined {
  return only(
    namesOf(setting).flatMap((flag) => {
      const value = flags[flag];
      if (value === undefined) return [];
      return [{ texts: typeof value === 'string' ? [value] : value, origin: { from: 'flag', name: `--${flag}` } }];
    }),
  );
}

/** Patterns may hold commas and spaces, so a list in a variable has one entry a line. */
function fromEnvironment(setting: Setting, env: Sources['env']): Given | undefined {
  return only(
    namesOf(setting).flatMap((flag) => {
      const name = variableOf(flag);
      const value = env[name];
      if (value === undefined || value === '') return [];
      const texts = setting.list ? value.split('\n').filter((line) => line !== '') : [value];
      return [{ texts, origin: { from: 'variable', name } }];
    }),
  );
}

function fromDefault(setting: Setting, sources: Sources, nodeName: string): Given {
  if (setting.default === null) return { texts: [], origin: { from: 'default' } };
  if (typeof setting.default === 'string') return { texts: [setting.default], origin: { from: 'default' } };
  const { text, name } = setting.default({ env: sources.env, hostname: sources.hostname, nodeName });
  return { texts: [text], origin: { from: 'variable', name } };
}

function parse(setting: Setting, { texts, origin }: Given): unknown {
  const values = texts.map((text) => {
    const value: unknown = setting.type.parse(text);
    if (value !== undefined) return value;
    throw new ConfigError(`${place(origin)}: ${JSON.stringify(text)} is not valid; wanted ${setting.type.wanted}`);
  });
  return setting.list ? values : (values.at(-1) ?? null);
}

function checkRotation(config: RecorderConfig, origins: ResolvedConfig['origins']): void {
  if (config.rotationMs >= config.intervalMs) return;
  const where = place(origins.rotationMs.from === 'default' ? origins.intervalMs : origins.rotationMs);
  const [rotation, interval] = [config.rotationMs, config.intervalMs].map((ms) => formatDuration(ms * 1000));
  throw new ConfigError(
    `${where}: a rotation of ${rotation} is shorter than the interval of ${interval}; wanted at least the interval`,
  );
}

function fileEntries({ command, flags, env }: Sources): ReadonlyMap<AnySetting, FileEntry> {
  const path = flags['config'] ?? env[variableOf('config')];
  return typeof path === 'string' && path !== '' ? readConfigFile(path, command) : new Map<AnySetting, FileEntry>();
}

/**
 * Puts flags, environment, file and defaults together, the first of them that says something winning.
 *
 * @throws ConfigError for the first setting that cannot be used
 */
export function resolveConfig(sources: Sources): ResolvedConfig {
  const file = fileEntries(sources);
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const setting of settingsOf(sources.command)) {
    const given =
      fromFlags(setting, sources.flags) ??
      fromEnvironment(setting, sources.env) ??
      file.get(setting) ??
      fromDefault(setting, sources, String(values['nodeName']));
    values[setting.key] = parse(setting, given);
    origins[setting.key] = given.origin;
  }
  // The table has a row for each key (a test holds it to that), and each row's type parses to the key's type.
  const resolved = { config: values, origins } as unknown as ResolvedConfig;
  checkRotation(resolved.config, resolved.origins);
  return resolved;
}
