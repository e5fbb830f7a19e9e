import fs from 'node:fs';
import path from 'node:path';

/** Makes a data directory unless it is there. @throws Error that says what to do */
export function makeDirectory(directory: string): void {
  try {
    makeWithParents(path.resolve(directory));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot make the data directory ${directory}: ${reason}; choose another --output-dir`, { cause });
  }
}

/**
 * Not mkdirSync's own `recursive`: where the kernel answers ENOENT below a directory that exists, as /proc does, Node makes
 * the parent and tries again for ever.
 */
function makeWithParents(directory: string): void {
  if (fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeWithParents(parent);
  fs.mkdirSync(directory);
}
