import type { ProcessFate } from '@fgm/kernfs';

/** How a process ended: by itself, or by a signal. */
export type ExitStatus = { readonly exit_code: number } | { readonly signal: number };

/**
 * How a process ended that waits to be reaped. Null when it has not, is gone, or we may not know: without the right to trace
 * it the kernel prints 0, as for a process that has ended well, so 0 is believed only where `mayTrace`.
 */
export function exitStatus(fate: ProcessFate | null, mayTrace: boolean): ExitStatus | null {
  if (fate === null || !fate.exited || (fate.waitStatus === 0 && !mayTrace)) return null;
  const signal = fate.waitStatus & 0x7f;
  return signal === 0 ? { exit_code: (fate.waitStatus >> 8) & 0xff } : { signal };
}
