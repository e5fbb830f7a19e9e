import type { Column } from '@fgm/catalog';
import type { Footer } from './footer.ts';

/** Key of a file's metadata under which its Arrow schema stands. */
export const ARROW_SCHEMA = 'ARROW:schema';

/**
 * What a file says of its columns itself: unit, kind, help, source and the like, by column.
 * @returns an empty map for a file without an Arrow schema
 * @throws Unusable, or RangeError, when that schema cannot be decoded
 */
export async function fieldMetadata(footer: Footer): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const encoded = footer.metadata.get(ARROW_SCHEMA);
  if (encoded === undefined) return new Map();
  // Loaded when it is needed: who lists files has no use for it.
  const { fieldsUpTo } = await import('./read/arrow-fields.ts');
  const message = Buffer.from(encoded, 'base64');
  // Others' files may have more columns than fields, or fewer; a field has some bytes.
  return fieldsUpTo(message, message.length / 4).fields;
}

/**
 * The Arrow schema of a file with these columns, with what is known of each, as it stands in the file's metadata.
 * @param metadata of the whole file
 */
export async function encodedSchema(
  columns: readonly Column[],
  metadata: ReadonlyMap<string, string>,
): Promise<string> {
  const { fileSchemaMessage } = await import('./file-schema.ts');
  return Buffer.from(fileSchemaMessage(columns, metadata)).toString('base64');
}
