import { join } from 'node:path';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { textOf } from './small-file.ts';

interface Capability {
  readonly name: string;
  /** Bit of CapEff, from the kernel's include/uapi/linux/capability.h. */
  readonly bit: number;
  readonly cost: string;
}

const SYS_PTRACE = 19;

const CAPABILITIES: readonly Capability[] = [
  { name: 'SYS_PTRACE', bit: SYS_PTRACE, cost: 'no PSS, I/O or executable of processes of other users' },
  { name: 'DAC_READ_SEARCH', bit: 2, cost: 'no container names from files that only root may read' },
];

/** Whether a bit is set in the kernel's hexadecimal print of a capability set. */
export function hasCapability(hex: string, bit: number): boolean {
  return ((BigInt(`0x${hex}`) >> BigInt(bit)) & 1n) === 1n;
}

function effective(procRoot: string): string | undefined {
  return /^CapEff:\s*([0-9a-f]+)$/m.exec(textOf(join(procRoot, 'self', 'status')) ?? '')?.[1];
}

/** Whether this process has CAP_SYS_PTRACE, which reading other processes' memory figures takes. */
export function hasPtrace(procRoot: string): boolean {
  const hex = effective(procRoot);
  return hex !== undefined && hasCapability(hex, SYS_PTRACE);
}

/** What this process may do beyond its user's rights. What that really allows is tried by checkProcessAccess(). */
export function checkCapabilities({ procRoot }: Examined): readonly Check[] {
  const hex = effective(procRoot);
  if (hex === undefined) return [warn('capabilities', 'cannot be read', 'unknown', 'mount procfs')];
  const missing = CAPABILITIES.filter(({ bit }) => !hasCapability(hex, bit));
  if (missing.length === 0) return [ok('capabilities', `has ${CAPABILITIES.map(({ name }) => name).join(' and ')}`)];
  return [
    warn(
      'capabilities',
      `without ${missing.map(({ name }) => name).join(' and ')}`,
      missing.map(({ cost }) => cost).join('; '),
      `run as root, or grant ${missing.map(({ name }) => `CAP_${name}`).join(' and ')}`,
    ),
  ];
}
