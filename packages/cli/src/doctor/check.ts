import type { RecorderConfig } from '@fgm/agent/config';

/** `warn`: something will not be recorded, or at a price. `fail`: a recorder cannot work here. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** One fact of this machine, and what it means for a recording. */
export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  readonly finding: string;
  /** What is lost. */
  readonly cost?: string;
  /** What would mend it. */
  readonly remedy?: string;
}

/** Where the checks look: the recorder's own settings, so that they try what it would do. */
export type Examined = Pick<
  RecorderConfig,
  'procRoot' | 'cgroupRoot' | 'hostRoot' | 'outputDir' | 'identifier' | 'retentionBytes' | 'listen' | 'memory'
>;

export function ok(name: string, finding: string): Check {
  return { name, status: 'ok', finding };
}

export function warn(name: string, finding: string, cost: string, remedy: string): Check {
  return { name, status: 'warn', finding, cost, remedy };
}

export function fail(name: string, finding: string, cost: string, remedy: string): Check {
  return { name, status: 'fail', finding, cost, remedy };
}
