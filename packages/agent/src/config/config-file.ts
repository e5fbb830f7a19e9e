import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { ConfigError, place } from './config-error.ts';
import type { Origin } from './config-error.ts';
import { nearest } from './nearest.ts';
import type { TableRow } from './settings.ts';

/** What a configuration file says of one setting, as texts: more than one only for a list. */
export interface FileEntry {
  readonly texts: readonly string[];
  readonly origin: Origin & { readonly from: 'file' };
}

let loaded: typeof Yaml | null = null;

/** The parser is an eighth of all modules that a viewer loads, and most commands are given no file. */
function yaml(): typeof Yaml {
  return (loaded ??= createRequire(import.meta.url)('yaml') as typeof Yaml);
}

/** More than anybody writes by hand. */
const MOST_BYTES = 1024 * 1024;

/** Looked at before it is opened: a pipe would wait for its other end, and a device may have none. */
function checkKind(path: string): void {
  const stat = statSync(path);
  if (!stat.isFile()) throw new ConfigError(`${path}: is not a regular file; wanted a YAML file`);
  if (stat.size > MOST_BYTES)
    throw new ConfigError(`${path}: has ${stat.size} bytes; wanted a YAML file of at most 1 MiB`);
}

function read(path: string): string {
  try {
    checkKind(path);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code}); wanted a YAML file`, {
      cause,
    });
  }
}

/** Numbers and booleans are taken as they stand in the file: `007` and `1_0` are errors of the setting, not of YAML. */
function scalarText(node: Yaml.Scalar, origin: Origin): string {
  if (typeof node.value === 'string') return node.value;
  if (node.value === null) throw new ConfigError(`${place(origin)}: has no value; give one or remove the line`);
  return node.source ?? JSON.stringify(node.value);
}

/** Lists in lists are none: by an alias one may hold itself, or grow to more than any memory holds. */
function texts(
  document: Yaml.Document,
  value: unknown,
  setting: TableRow,
  origin: Origin,
  list: boolean | undefined = setting.list,
): readonly string[] {
  const { isAlias, isScalar, isSeq } = yaml();
  const node = isAlias(value) ? value.resolve(document) : value;
  if (isScalar(node)) return [scalarText(node, origin)];
  if (isSeq(node) && list === true) return node.items.flatMap((item) => texts(document, item, setting, origin, false));
  const wanted = setting.list ? `${setting.type.wanted}, or a list of them` : setting.type.wanted;
  throw new ConfigError(`${place(origin)}: found ${isSeq(node) ? 'a list' : 'a map'}; wanted ${wanted}`);
}

function parse(path: string, lines: Yaml.LineCounter): Yaml.Document {
  const document = yaml().parseDocument(read(path), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (!error) return document;
  const [first] = error.message.split('\n');
  throw new ConfigError(`${path}:${lines.linePos(error.pos[0]).line}: not YAML: ${first}`, { cause: error });
}

function unknownKey(path: string, line: number, key: string, flags: readonly string[]): ConfigError {
  const guess = nearest(key.replaceAll('_', '-').toLowerCase(), flags);
  const hint = guess ? `did you mean ${guess}?` : `the keys are the flags of the command, such as ${flags[0]}`;
  return new ConfigError(`${path}:${line}: unknown key "${key}"; ${hint}`);
}

/**
 * Reads a YAML file whose keys are flags, for each setting it names.
 *
 * @throws ConfigError with file and line for what is not YAML, an unknown key or a value of the wrong shape
 */
export function readConfigFile<Row extends TableRow>(
  path: string,
  settings: readonly Row[],
): ReadonlyMap<Row, FileEntry> {
  const { isMap, isScalar, LineCounter } = yaml();
  const lines = new LineCounter();
  const document = parse(path, lines);
  const entries = new Map<Row, FileEntry>();
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return entries;
  if (!isMap(document.contents)) throw new ConfigError(`${path}:1: wanted lines of the form "flag: value"`);
  for (const { key: node, value } of document.contents.items) {
    const key = isScalar(node) ? String(node.value) : '?';
    const line = lines.linePos((node as Yaml.Scalar).range?.[0] ?? 0).line;
    const setting = settings.find(({ flag, alias }) => key === flag || key === alias);
    if (!setting)
      throw unknownKey(
        path,
        line,
        key,
        settings.map(({ flag }) => flag),
      );
    const origin = { from: 'file', path, line, key } as const;
    const before = entries.get(setting);
    if (before)
      throw new ConfigError(
        `${place(origin)}: the same setting as ${before.origin.key} in line ${before.origin.line}; give one`,
      );
    entries.set(setting, { texts: texts(document, value, setting, origin), origin });
  }
  return entries;
}
