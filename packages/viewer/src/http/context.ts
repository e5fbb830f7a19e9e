import type { Recordings } from '../recordings/recordings.ts';
import type { Counts } from './counts.ts';
import type { Exporter } from './exporter.ts';
import type { Transport } from './transport.ts';
import type { Slots } from './slots.ts';

/** What a viewer keeps to, so that no request takes all of a machine. */
export interface Limits {
  /** Values that a chart may be made of at once: series times buckets. */
  readonly values: number;
  /** Buckets of one series. */
  readonly points: number;
  /** Milliseconds between the ends of a range. */
  readonly rangeMs: number;
}

export const LIMITS: Limits = { values: 2_000_000, points: 10_000, rangeMs: 366 * 86_400_000 };

/** What routes work with. */
export interface Context {
  readonly recordings: Recordings;
  readonly limits: Limits;
  readonly version: string;
  readonly slots: Slots;
  readonly counts: Counts;
  /** Null for a viewer that makes no files. */
  readonly exporter: Exporter | null;
  /** Null where the page answers itself. */
  readonly transport: Transport | null;
  /** A directory with dashboards; null for none. */
  readonly dashboards: string | null;
}
