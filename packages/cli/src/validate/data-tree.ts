import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { CONSOLIDATION, listFiles, listOpenWindows, parseFileName, SPOOL } from '@fgm/store';
import type { Finding } from './finding.ts';

/** A Parquet file to be checked. */
export interface DataFile {
  readonly path: string;
  readonly table: string;
  /** Of its directory; null for a file that does not lie in a data directory. */
  readonly identifier: string | null;
  /** Milliseconds since the Unix epoch, from its name. */
  readonly start: number;
  /** Likewise, when the last of its windows ended; null for a single window. */
  readonly end: number | null;
}

const ROOT_FILES = /^(index\.json|session-[\w-]+\.json|\.(recorder|consolidation)-[\w-]+\.sock)$/;
/** Being written at this moment, under a name that nobody takes for the final one. */
const ASIDE = /^\..*\.tmp$/;

function wrongName(path: string): Finding {
  return {
    severity: 'error',
    path,
    rule: 'file-name',
    message: `${basename(path)} is no name of a table and a start; wanted such as containers-20261121T050000Z.parquet`,
  };
}

/** What a file's name says, and what is wrong with its place. */
export function describeFile(path: string): { readonly file: DataFile | null; readonly findings: readonly Finding[] } {
  const name = parseFileName(basename(path));
  if (!name) return { file: null, findings: [wrongName(path)] };
  const [day, identifier] = [basename(dirname(dirname(path))), basename(dirname(path))];
  const placed = day.startsWith('dt=') && identifier.startsWith('identifier=');
  const file = { path, ...name, identifier: placed ? identifier.slice('identifier='.length) : null };
  const wanted = `dt=${new Date(name.start).toISOString().slice(0, 10)}`;
  if (!placed || day === wanted) return { file, findings: [] };
  return {
    file,
    findings: [
      { severity: 'error', path, rule: 'file-name', message: `in ${day}; the stamp in its name wants ${wanted}` },
    ],
  };
}

function allFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files that no recorder has put there, or that it left unfinished. */
function unexpected(directory: string, known: ReadonlySet<string>): Finding[] {
  return allFiles(directory).flatMap((path): Finding[] => {
    const place = relative(directory, path);
    const [first] = place.split(sep);
    if (
      known.has(path) ||
      ROOT_FILES.test(place) ||
      first === SPOOL ||
      first === CONSOLIDATION ||
      ASIDE.test(basename(path))
    )
      return [];
    if (path.endsWith('.parquet')) return [wrongName(path)];
    return [{ severity: 'warning', path, rule: 'unexpected-file', message: 'is not a file of a recording' }];
  });
}

function segments(directory: string): Finding[] {
  const spool = join(directory, SPOOL);
  const open = listOpenWindows(directory).map((window) => window.directory);
  // There is no spool before the first window, and what begins with a dot is being made or deleted at this moment.
  const names = existsSync(spool) ? readdirSync(spool).filter((name) => !name.startsWith('.')) : [];
  const left = names.map((name) => join(spool, name)).filter((path) => !open.includes(path));
  return [
    ...open.map((path): Finding => ({
      severity: 'info',
      path,
      rule: 'spool',
      message: 'a window that is open, or was left by a recorder that was killed; the next start closes it',
    })),
    ...left.map((path): Finding => ({
      severity: 'warning',
      path,
      rule: 'spool',
      message: 'was left aside: it could not be read as a window, or was not finished',
    })),
  ];
}

/** The closed files of a data directory, and all that stands beside them. */
export function walkData(directory: string): {
  readonly files: readonly DataFile[];
  readonly findings: readonly Finding[];
} {
  const { visible, superseded } = listFiles(directory);
  const described = visible.map(({ path }) => describeFile(path));
  const files = described.flatMap(({ file }) => (file ? [file] : []));
  const known = new Set([...files, ...superseded.keys()].map(({ path }) => path));
  const findings = [
    ...described.flatMap((each) => each.findings),
    ...[...superseded].map(([{ path }, by]): Finding => ({
      severity: 'info',
      path,
      rule: 'superseded',
      message: `does not count: ${basename(by.path)} has its rows; the next consolidation deletes it`,
    })),
    ...unexpected(directory, known),
    ...segments(directory),
  ];
  return { files, findings };
}
