import { indexKey } from '@fgm/store';
import type { Recording } from '../recordings/recording.ts';
import type { KnownContainer, Recordings } from '../recordings/recordings.ts';
import { Problem } from './problem.ts';

/** Shorter beginnings of an id could be those of many. */
const SHORTEST_ID = 6;

/**
 * The containers that a request names, each by its id, the first characters of it, its cgroup for services and the host, and where
 * several nodes have the same, by `node:` and that.
 * @throws Problem naming the first that is not known, or not yet
 */
export function findContainers(recordings: Recordings, names: readonly string[]): KnownContainer[] {
  const known = recordings.containers();
  return names.flatMap((name) => {
    const found = known.filter((container) => isNamed(container, name));
    if (found.length > 0) return found;
    const { indexing } = recordings;
    if (indexing !== null) {
      throw new Problem(
        'indexing',
        `containers: nothing is known of ${name.slice(0, 80)} yet: there was no index.json, and ${indexing.read} of ${indexing.files} files have been read; ask again`,
      );
    }
    throw new Problem(
      'unknown_container',
      `containers: nothing is known of ${name.slice(0, 80)}; GET containers lists all`,
    );
  });
}

/**
 * The ids of the containers that a request names, each once, by the recording that has them; null where it names none.
 * @param names by commas
 * @throws Problem naming the first that is not known
 */
export function idsByRecording(recordings: Recordings, names: string): Map<Recording, string[]>;
export function idsByRecording(recordings: Recordings, names: string | undefined): Map<Recording, string[]> | null;
export function idsByRecording(recordings: Recordings, names: string | undefined): Map<Recording, string[]> | null {
  if (names === undefined) return null;
  const found = findContainers(recordings, names.split(','));
  const byRecording = Map.groupBy(found, ({ recording }) => recording);
  return new Map(
    Array.from(byRecording, ([recording, all]) => [recording, [...new Set(all.map(({ full_id }) => full_id))]]),
  );
}

function isNamed(container: KnownContainer, name: string): boolean {
  const { full_id: id, node } = container;
  const own = node !== '' && name.startsWith(`${node}:`) ? name.slice(node.length + 1) : name;
  if (own === id || own === indexKey(id)) return true;
  return own.length >= SHORTEST_ID && /^[0-9a-f]+$/.test(own) && id.startsWith(own);
}
