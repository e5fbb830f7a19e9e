import type { Column } from '@fgm/catalog';
import { fieldMetadata } from '@fgm/store';
import type { Footer } from '@fgm/store';
import { catalogColumns } from './catalog-columns.ts';
import type { DataFile } from './data-tree.ts';
import { errorsOf } from './finding.ts';
import type { Finding } from './finding.ts';

function metadataProblems(
  wanted: readonly Column[],
  found: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string[] {
  return wanted.flatMap(({ name, unit, kind, help, source }) => {
    const metadata = found.get(name);
    if (!metadata) return [`column ${name} has no metadata`];
    return Object.entries({ unit, kind, help, source }).flatMap(([key, value]) => {
      const text = metadata.get(key) ?? null;
      return text === value
        ? []
        : [`column ${name} has ${key} ${JSON.stringify(text)}; wanted ${JSON.stringify(value)}`];
    });
  });
}

/** Checks what a file says of its columns itself. */
export async function checkColumnMetadata(file: DataFile, footer: Footer): Promise<Finding[]> {
  const problems = metadataProblems(catalogColumns(file.table), await fieldMetadata(footer));
  return errorsOf(file.path, 'column-metadata', problems);
}
