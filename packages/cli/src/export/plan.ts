import { UsageError } from '../failure.ts';
import type { ExportRequest } from './request.ts';
import { fileNameOf, Target } from './target.ts';

/** `-o` for standard output. */
export const STDOUT = '-';

/** A file to be made. */
export interface Plan {
  /** `-` for standard output. */
  readonly name: string;
  readonly tables: readonly string[];
}

type Asked = Pick<ExportRequest, 'layout' | 'format' | 'output' | 'directories' | 'force'>;

/** Tables have different columns in the wide layout only. */
function isDirectory({ layout, format }: Asked, tables: readonly string[]): boolean {
  return layout === 'wide' && format !== 'html' && tables.length > 1;
}

/** Which tables go into which file. @throws UsageError when they cannot go where they should */
export function plansOf(asked: Asked, tables: readonly string[]): Plan[] {
  const { output, format } = asked;
  if (!isDirectory(asked, tables)) return [{ name: output === STDOUT ? STDOUT : fileNameOf(output), tables }];
  if (output === STDOUT) {
    throw new UsageError(
      `--output: standard output takes one table, not ${tables.join(', ')}; name one, or a directory`,
    );
  }
  return tables.map((table) => ({ name: `${table}.${format}`, tables: [table] }));
}

/** Where these files are made. @throws UsageError, or CommandFailure for a directory that is missing */
export function targetOf(asked: Asked, tables: readonly string[]): Target {
  const { output, directories, force } = asked;
  if (output === STDOUT) return Target.scratch();
  return isDirectory(asked, tables)
    ? Target.inDirectory(output, directories, force)
    : Target.forFile(output, directories, force);
}
