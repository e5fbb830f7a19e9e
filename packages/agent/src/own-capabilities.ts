import { CAPABILITIES, columnsInShort, columnsWithout, missingCapabilities, type Capability } from '@fgm/catalog';
import fs from 'node:fs';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { registerSampled } from '@fgm/telemetry';

/** What this process lacks of what a recorder asks for; null where the kernel does not tell. */
export function ownMissingCapabilities(): readonly Capability[] | null {
  try {
    return missingCapabilities(fs.readFileSync('/proc/self/status', 'latin1'));
  } catch {
    return null; // no procfs at its place: nothing is known, which the metric says by not being there
  }
}

/** Says once what each missing capability costs. */
export function sayMissing(log: Logger, missing: readonly Capability[] | null): void {
  for (const capability of missing ?? []) {
    const { name, of, besides } = capability;
    const columns = columnsInShort(columnsWithout(capability));
    log.warn({ columns, besides }, `without CAP_${name} these columns are null for ${of}`);
  }
}

/** @param missing null: nothing is known, and no series is there */
export function registerCapabilities(registry: Registry, missing: readonly Capability[] | null): void {
  const help = 'Whether the recorder lacks a capability: 1, else 0; docs/least-privilege.md says what that costs.';
  registerSampled(registry, { name: 'fgm_missing_capabilities', help, type: 'gauge' }, () =>
    missing === null
      ? []
      : CAPABILITIES.map((one) => ({ labels: { capability: one.name }, value: Number(missing.includes(one)) })),
  );
}
