import type { Column, ColumnType, Kind, Unit } from '@fgm/catalog';
import type { Footer } from '../footer.ts';
import { numberAt, structAt, textAt, type ThriftStruct } from '../thrift.ts';
import { arrowFields } from './arrow-fields.ts';
import { Unusable } from './unusable.ts';

/** Numbers of parquet.thrift: fields of a SchemaElement, of its LogicalType, physical types. */
const TYPE = 1;
const REPETITION = 3;
const NAME = 4;
const CHILDREN = 5;
const CONVERTED = 6;
const LOGICAL = 10;
const LOGICAL_STRING = 1;
const LOGICAL_TIMESTAMP = 8;
const UNIT_MICROS = 2;
const INT64 = 2;
const DOUBLE = 5;
const BYTE_ARRAY = 6;
const OPTIONAL = 1;
const UTF8 = 0;
const TIMESTAMP_MICROS = 10;

/**
 * The columns of a file, with what its field metadata says of them.
 * @throws Unusable for a schema that no recorder writes
 */
export function columnsOfFooter(footer: Footer): Column[] {
  const fields = fieldsOf(footer);
  return footer.elements.slice(1).map((element) => {
    const name = textAt(element, NAME) ?? '';
    const metadata = fields.get(name);
    if (metadata === undefined) throw new Unusable(`has no metadata of column ${name}`);
    return columnOf(name, physicalType(name, element), metadata);
  });
}

function fieldsOf(footer: Footer): Map<string, ReadonlyMap<string, string>> {
  const encoded = footer.metadata.get('ARROW:schema');
  if (encoded === undefined) throw new Unusable('has no Arrow schema');
  return arrowFields(Buffer.from(encoded, 'base64'), footer.elements.length - 1);
}

function physicalType(name: string, element: ThriftStruct): ColumnType {
  const type = element.get(TYPE)?.value;
  const converted = element.get(CONVERTED)?.value;
  const logical = element.has(LOGICAL) ? structAt(element, LOGICAL) : undefined;
  if (element.has(CHILDREN) || numberAt(element, REPETITION) !== OPTIONAL) {
    throw new Unusable(`has a column ${name} that is nested, repeated or required`);
  }
  if (type === DOUBLE && logical === undefined) return 'double';
  if (type === BYTE_ARRAY && (converted === UTF8 || logical?.has(LOGICAL_STRING) === true)) return 'utf8';
  if (type === INT64 && (converted === TIMESTAMP_MICROS || isMicros(logical))) return 'timestamp';
  if (type === INT64 && converted === undefined && logical === undefined) return 'int64';
  throw new Unusable(`has a column ${name} of a type that recorders do not write`);
}

function isMicros(logical: ThriftStruct | undefined): boolean {
  if (logical?.has(LOGICAL_TIMESTAMP) !== true) return false;
  return structAt(structAt(logical, LOGICAL_TIMESTAMP), 2).has(UNIT_MICROS);
}

function columnOf(name: string, type: ColumnType, metadata: ReadonlyMap<string, string>): Column {
  const values = metadata.get('values');
  const key = metadata.get('key');
  return {
    name,
    type: type === 'utf8' && metadata.get('type') === 'enum' ? 'enum' : type,
    kind: (metadata.get('kind') ?? 'label') as Kind,
    unit: (metadata.get('unit') ?? null) as Unit | null,
    help: metadata.get('help') ?? '',
    source: metadata.get('source') ?? '',
    ...(key === undefined ? {} : { key }),
    ...(values === undefined ? {} : { values: JSON.parse(values) as string[] }),
  };
}

/** True for columns whose values are texts in a file. */
export function isText(column: Column): boolean {
  return column.type === 'utf8' || column.type === 'enum';
}

/** What must be the same for two columns of one name to be one column. */
export function typeOf(column: Column): string {
  const type = isText(column) ? 'text' : column.type;
  return column.unit === null ? type : `${type} in ${column.unit}`;
}
