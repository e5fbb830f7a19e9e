import type { Identity } from '@fgm/catalog';
import { NAME_SOURCES, NO_FACTS } from './facts.ts';
import type { Evidence, NameFacts, NameSource } from './facts.ts';

type Field = keyof NameFacts;
/** What tells one thing from another: evidence that differs here from what is established is about something else. */
const IDENTIFYING: readonly Field[] = ['scope', 'podUid', 'namespace', 'pod', 'container'];
const FIELDS = Object.keys(NO_FACTS) as readonly Field[];

/** What the evidence comes to. */
export interface Finding {
  readonly facts: NameFacts;
  /** The most trusted source that added a name; null when none did. */
  readonly source: NameSource | null;
  /** Whether some of the evidence contradicted what was more trusted, or its equal. */
  readonly contradicted: boolean;
}

/**
 * Puts together what the sources say of one container. The order of trust:
 *
 * 1. the cgroup's path: the kernel's word, and never overruled
 * 2. the sources in the order of NAME_SOURCES
 *
 * A source fills in what is still unknown. One that says another pod, namespace or container than what is established by then
 * is about something else, and is left out whole. Two of equal trust that differ settle nothing: what they differ in stays
 * null, also when a less trusted source would know it.
 *
 * @param path the identity from the cgroup's path alone
 */
export function combine(path: Identity, evidence: readonly Evidence[]): Finding {
  const scope = path.scope === 'sandbox' ? 'sandbox' : null;
  const known: Record<Field, NameFacts[Field]> = { ...NO_FACTS, scope, podUid: path.podUid, runtime: path.runtime };
  const contested = new Set<Field>();
  let contradicted = false;
  let first: NameSource | null = null;
  for (const source of NAME_SOURCES) {
    const said = evidence.filter((each) => each.source === source).map(({ facts }) => facts);
    const fitting = said.filter((facts) => !IDENTIFYING.some((field) => differs(known[field], facts[field])));
    if (fitting.length < said.length) contradicted = true;
    for (const field of FIELDS) {
      if (known[field] !== null || contested.has(field)) continue;
      const values = distinct(fitting.map((facts) => facts[field]));
      if (values.length > 1) {
        contested.add(field);
        contradicted = true;
      } else if (values.length === 1) {
        known[field] = values[0]!;
        if (field === 'container' || field === 'pod') first ??= source;
      }
    }
  }
  return { facts: known as NameFacts, source: first, contradicted };
}

function differs(known: unknown, said: unknown): boolean {
  return known !== null && said !== null && known !== said;
}

function distinct(values: readonly NameFacts[Field][]): NameFacts[Field][] {
  const found = new Map<string, NameFacts[Field]>();
  for (const value of values) if (value !== null) found.set(JSON.stringify(value), value);
  return [...found.values()];
}

/** The identity with what was found; what the path tells stays. Facts of another pod than the path's are none. */
export function withFacts(path: Identity, facts: NameFacts): Identity {
  if (differs(path.podUid, facts.podUid)) return path;
  return {
    ...path,
    scope: path.scope === 'container' && facts.scope === 'sandbox' ? 'sandbox' : path.scope,
    runtime: path.runtime ?? facts.runtime,
    podUid: path.podUid ?? facts.podUid,
    namespace: facts.namespace,
    pod: facts.pod,
    container: facts.container,
    image: facts.image,
    restartCount: facts.restartCount,
    labels: facts.labels,
  };
}

/** What is known now, with what was known before where nothing new is said: a file that is gone takes no name with it. */
export function keepKnown(before: NameFacts | null, now: NameFacts): NameFacts {
  if (before === null) return now;
  if (differs(before.podUid, now.podUid)) return now;
  return Object.fromEntries(FIELDS.map((field) => [field, now[field] ?? before[field]])) as unknown as NameFacts;
}
