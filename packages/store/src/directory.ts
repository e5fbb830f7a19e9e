import * as fs from 'node:fs';
import * as path from 'node:path';

/** Forces the names in a directory to the disk. File systems that cannot do that are taken at their word. */
export function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(fd);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EINVAL') throw cause;
  } finally {
    fs.closeSync(fd);
  }
}

/** Replaces a file by a new text: written aside, forced to the disk, renamed. @throws the error that stopped it */
export function replaceFile(file: string, text: string): void {
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.tmp`);
  const fd = fs.openSync(aside, 'w', 0o640);
  try {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(aside, file);
}

/** Names in a directory; none when it is not there, is no directory, or is a link that leads nowhere. */
export function namesIn(directory: string): string[] {
  return orNone(() => fs.readdirSync(directory));
}

/** Likewise, with the kind of each. */
export function entriesIn(directory: string): fs.Dirent[] {
  return orNone(() => fs.readdirSync(directory, { withFileTypes: true }));
}

function orNone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return [];
    throw cause;
  }
}

/** The error's code, such as ENOSPC; null for an error that no system call made. */
export function errnoOf(cause: unknown): string | null {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}
