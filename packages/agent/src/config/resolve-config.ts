import { ConfigError, place } from './config-error.ts';
import type { Origin } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import type { FileEntry } from './config-file.ts';
import { formatDuration } from './duration.ts';
import type { RecorderConfig } from './recorder-config.ts';
import { settingsOf, variableOf } from './settings.ts';
import type { AnySettingOf, RecorderCommand, TableRow } from './settings.ts';

/** Where settings are looked for, in this order; then their defaults. */
export interface SettingSources {
  /** Values by flag (without dashes) as given on the command line; `config` names the file. */
  readonly flags: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** FGM_<FLAG>, and POD_NAME and NODE_NAME for defaults. An empty variable counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
}

export interface Sources extends SettingSources {
  readonly command: RecorderCommand;
}

export interface Resolved<Config> {
  readonly config: Config;
  readonly origins: Readonly<Record<keyof Config, Origin>>;
}
export type ResolvedConfig = Resolved<RecorderConfig>;

interface Given {
  readonly texts: readonly string[];
  readonly origin: Origin;
  /** A default that was found on the machine: nobody gave it for this setting. */
  readonly found?: true;
}

function only(candidates: readonly Given[]): Given | undefined {
  const [first, second] = candidates;
  if (first && second) {
    throw new ConfigError(`${place(first.origin)} and ${place(second.origin)} are the same setting; give one of them`);
  }
  return first;
}

function namesOf({ flag, alias }: TableRow): readonly string[] {
  return alias === undefined ? [flag] : [flag, alias];
}

function fromFlags(setting: TableRow, flags: Sources['flags']): Given | undefined {
  return only(
    namesOf(setting).flatMap((flag) => {
      const value = flags[flag];
      if (value === undefined) return [];
      return [{ texts: typeof value === 'string' ? [value] : value, origin: { from: 'flag', name: `--${flag}` } }];
    }),
  );
}

/** Patterns may hold commas and spaces, so a list in a variable has one entry a line. */
function fromEnvironment(setting: TableRow, env: Sources['env']): Given | undefined {
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

function fromDefault(setting: TableRow, sources: SettingSources, nodeName: string): Given {
  if (setting.default === null) return { texts: [], origin: { from: 'default' } };
  if (typeof setting.default === 'string') return { texts: [setting.default], origin: { from: 'default' } };
  const { text, name } = setting.default({ env: sources.env, hostname: sources.hostname, nodeName });
  return { texts: [text], origin: { from: 'variable', name }, found: true };
}

function parse(setting: TableRow, { texts, origin, found }: Given): unknown {
  const values = texts.map((text) => {
    const value: unknown = setting.type.parse(text);
    if (value !== undefined) return value;
    const wrong = `${JSON.stringify(text)} is not valid; wanted ${setting.type.wanted}`;
    if (found !== true) throw new ConfigError(`${place(origin)}: ${wrong}`);
    const flag = `--${setting.flag}`;
    throw new ConfigError(`${flag} is by default ${place(origin)}, but ${wrong}: give one with ${flag}`);
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

/** By default a short interval switches bursts off; who asks for both is told. */
function checkBurst({ burstMs, intervalMs }: RecorderConfig, { burstMs: origin }: ResolvedConfig['origins']): void {
  if (burstMs === null || burstMs * 2 <= intervalMs || origin.from === 'default') return;
  const [burst, interval] = [burstMs, intervalMs].map((ms) => formatDuration(ms * 1000));
  throw new ConfigError(
    `${place(origin)}: ${burst} is more than half of the interval of ${interval}; wanted at most half of it, or off`,
  );
}

function fileEntries(settings: readonly TableRow[], { flags, env }: SettingSources): ReadonlyMap<TableRow, FileEntry> {
  const path = flags['config'] ?? env[variableOf('config')];
  return typeof path === 'string' && path !== '' ? readConfigFile(path, settings) : new Map<TableRow, FileEntry>();
}

/**
 * Puts flags, environment, file and defaults together, the first of them that says something winning.
 *
 * @param settings a row for each key of the configuration, whose type parses to the key's type
 * @throws ConfigError for the first setting that cannot be used
 */
export function resolveSettings<Config>(
  settings: readonly AnySettingOf<Config>[],
  sources: SettingSources,
): Resolved<Config> {
  const rows = settings as readonly TableRow[];
  const file = fileEntries(rows, sources);
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const setting of rows) {
    const given =
      fromFlags(setting, sources.flags) ??
      fromEnvironment(setting, sources.env) ??
      file.get(setting) ??
      fromDefault(setting, sources, String(values['nodeName']));
    values[setting.key] = parse(setting, given);
    origins[setting.key] = given.origin;
  }
  return { config: values, origins } as unknown as Resolved<Config>;
}

/**
 * The configuration of a recorder.
 *
 * @throws ConfigError for the first setting that cannot be used
 */
export function resolveConfig(sources: Sources): ResolvedConfig {
  const resolved = resolveSettings<RecorderConfig>(settingsOf(sources.command), sources);
  checkRotation(resolved.config, resolved.origins);
  checkBurst(resolved.config, resolved.origins);
  return resolved;
}
