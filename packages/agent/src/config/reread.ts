import { isDeepStrictEqual } from 'node:util';
import type { RecorderConfig } from './recorder-config.ts';
import { settingsOf } from './settings.ts';

/** Flags of the settings that differ between two configurations. */
export interface Changes {
  /** A running recorder takes these. */
  readonly taken: readonly string[];
  /** These need a restart. */
  readonly needRestart: readonly string[];
}

/** What a reread of the configuration (SIGHUP) changes. */
export function changesBetween(before: RecorderConfig, after: RecorderConfig): Changes {
  const changed = settingsOf('monitor').filter(({ key }) => !isDeepStrictEqual(before[key], after[key]));
  const flags = (reread: boolean): string[] => changed.filter((row) => row.reread === reread).map((row) => row.flag);
  return { taken: flags(true), needRestart: flags(false) };
}

/** The running configuration with the new values of those settings that can be reread. */
export function reread(running: RecorderConfig, after: RecorderConfig): RecorderConfig {
  const taken = settingsOf('monitor').filter((row) => row.reread);
  return { ...running, ...Object.fromEntries(taken.map(({ key }) => [key, after[key]])) };
}
