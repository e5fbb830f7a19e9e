import { UsageError } from '../failure.ts';

/** Shorter beginnings of an id could be those of many. */
const START = /^[0-9a-f]{6,64}$/;

function matchOne(known: readonly string[], name: string): string {
  if (known.includes(name)) return name;
  const found = START.test(name) ? known.filter((id) => id.startsWith(name)) : [];
  if (found.length === 1) return found[0]!;
  const shown = JSON.stringify(name.slice(0, 80));
  if (found.length > 1) {
    const some = found.slice(0, 3).map((id) => id.slice(0, name.length + 6));
    throw new UsageError(
      `--containers: ${shown} is the start of ${found.length} ids (${some.join(', ')}${found.length > 3 ? ', …' : ''}); give more of it`,
    );
  }
  throw new UsageError(
    `--containers: nothing is recorded of ${shown}; wanted a full id, its first 6 or more hex digits, or a service's cgroup: fgm inspect DIR lists all`,
  );
}

/**
 * The full ids of the containers that are meant.
 *
 * @param known full ids, and the cgroup paths of services and the host
 * @throws UsageError for one that is unknown, or could be several
 */
export function matchContainers(known: readonly string[], names: readonly string[]): string[] {
  return [...new Set(names.map((name) => matchOne(known, name)))];
}
