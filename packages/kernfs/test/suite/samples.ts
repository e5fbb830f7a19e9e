import { readdirSync, readFileSync } from 'node:fs';

const FIXTURES = new URL('../../../../test-fixtures/', import.meta.url);

/** Directories of recorded samples of one kernel file each. */
function families(): string[] {
  const entries = readdirSync(FIXTURES, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Recorded samples of these kernel files, or of all, one character a byte. */
export function samplesOf(some: readonly string[] = families()): string[] {
  return some.flatMap((family) => {
    const directory = new URL(`${family}/`, FIXTURES);
    const names = readdirSync(directory).filter((name) => name.endsWith('.txt'));
    return names.map((name) => readFileSync(new URL(name, directory), 'latin1'));
  });
}
