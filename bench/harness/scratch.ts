import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of our own that is gone when this process is. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fgm-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
