import type { arrowOf } from './arrow.ts';
import { closedTag } from './closed-tag.ts';

/** What only answers over HTTP need. */
export interface Transport {
  /** An entity tag for an answer about a range that is closed. */
  readonly tag: typeof closedTag;
  readonly arrow: (...of: Parameters<typeof arrowOf>) => Promise<Uint8Array>;
}

export const TRANSPORT: Transport = {
  tag: closedTag,
  // Loaded when somebody wants it: it takes megabytes.
  arrow: async (...of) => (await import('./arrow.ts')).arrowOf(...of),
};
