/** Where a setting's value came from. `line` counts from 1. */
export type Origin =
  | { readonly from: 'flag'; readonly name: string }
  | { readonly from: 'variable'; readonly name: string }
  | { readonly from: 'file'; readonly path: string; readonly line: number; readonly key: string }
  | { readonly from: 'default' };

/** A setting that cannot be used. The message is one line: where, what was found, and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';
}

/** The place as it stands in a message: `--interval`, `FGM_INTERVAL`, or `/etc/fgm.yaml:3: interval`. */
export function place(origin: Origin): string {
  if (origin.from === 'file') return `${origin.path}:${origin.line}: ${origin.key}`;
  return origin.from === 'default' ? 'default' : origin.name;
}
