import type { Column } from '@fgm/catalog';
import { parseFooterBytes } from '../footer.ts';
import { bytesOfFields } from './arrow-fields.ts';
import { columnsOfFooter } from './source-columns.ts';

/** Columns of files, of which thousands are alike: a recorder's files of one table have the same from its start to its end. */
export interface FileColumns {
  readonly columns: readonly Column[];
  /** Place of each column by its name. */
  readonly index: ReadonlyMap<string, number>;
}

interface Known extends FileColumns {
  /** The list of columns as it stands in the footer, and what the Arrow schema says of them. */
  readonly schema: Uint8Array;
  readonly fields: Uint8Array;
}

/** A schema takes some 100 kB; there are eight tables, and few versions of a recorder in one directory. */
const MOST_KNOWN = 16;
/** Those used last are at the end. */
const known: Known[] = [];

/**
 * The columns of a file by the bytes that tell of them.
 * @param schema the list of columns as it stands in the footer, @param arrow the Arrow schema, in base64
 * @throws Unusable, or RangeError, for a schema that no recorder writes
 */
export function fileColumnsOf(schema: Uint8Array, arrow: Uint8Array, footer: Uint8Array): FileColumns {
  const fields = bytesOfFields(Buffer.from(latin1(arrow), 'base64'));
  const at = known.findLastIndex((one) => same(one.schema, schema) && same(one.fields, fields));
  if (at >= 0) {
    const [found] = known.splice(at, 1);
    known.push(found!);
    return found!;
  }
  const columns = columnsOfFooter(parseFooterBytes(footer));
  const index = new Map(columns.map(({ name }, place) => [name, place]));
  // A copy: what stands in the footer would keep all of it in memory.
  const made = { columns, index, schema: schema.slice(), fields };
  known.push(made);
  if (known.length > MOST_KNOWN) known.shift();
  return made;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}
