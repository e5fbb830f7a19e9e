import { CAPABILITIES, columnsInShort, columnsWithout, missingCapabilities, type Capability } from '@fgm/catalog';
import { join } from 'node:path';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { textOf } from './small-file.ts';

/** Those that this process lacks of what a recorder asks for; undefined where procfs does not tell. */
export function missingHere(procRoot: string): readonly Capability[] | undefined {
  return missingCapabilities(textOf(join(procRoot, 'self', 'status')) ?? '') ?? undefined;
}

/** What mends it, for whatever starts the recorder. */
export function remedyFor(missing: readonly Pick<Capability, 'name'>[]): string {
  const names = missing.map(({ name }) => name);
  return `run as root with ${names.map((name) => `CAP_${name}`).join(' and ')} (Kubernetes: securityContext.capabilities.add [${names.join(', ')}]; Docker: ${names.map((name) => `--cap-add ${name}`).join(' ')})`;
}

function checkOne(capability: Capability, missing: readonly Capability[]): Check {
  const { name, of, besides } = capability;
  if (!missing.includes(capability)) return ok(name, 'granted');
  const columns = columnsInShort(columnsWithout(capability));
  return warn(name, 'missing', [`null for ${of}: ${columns}`, ...besides].join('; '), remedyFor([capability]));
}

/** What this process may do beyond its user's rights. What that really allows is tried by checkProcessAccess(). */
export function checkCapabilities({ procRoot }: Examined): readonly Check[] {
  const missing = missingHere(procRoot);
  if (missing === undefined) return [warn('capabilities', 'cannot be read', 'unknown', 'mount procfs')];
  return CAPABILITIES.map((capability) => checkOne(capability, missing));
}
