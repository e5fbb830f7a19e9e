/**
 * Writes the tables of values in the chart's README, between comments, from values.yaml: what stands after `# --` before a key is its text.
 *
 *     node --conditions=@fgm/source deploy/scripts/chart-readme.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { isMap, isScalar, parseDocument } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { CHART } from './chart.ts';

const README = `${CHART}/README.md`;
const PART = /(<!-- begin values -->\n)[\s\S]*?(<!-- end values -->)/;
/** Longer defaults make a table that nobody can read. */
const LONGEST_DEFAULT = 60;

/** A value that users may set. */
export interface Value {
  /** `recorder.port` */
  readonly key: string;
  readonly default: unknown;
  readonly text: string;
}

/** Comments stand before a key, but those of a map's first key before the map. */
function commentOf(map: YAMLMap, { key }: Pair): string {
  const own = isScalar(key) ? key.commentBefore : null;
  return own ?? (map.items[0]?.key === key ? map.commentBefore : null) ?? '';
}

function textOf(comment: string): string | null {
  const [, text] = comment.split(/^ -- /m);
  return text === undefined
    ? null
    : text
        .split('\n')
        .map((line) => line.trim())
        .join(' ')
        .trim();
}

function* valuesIn(map: YAMLMap, prefix: string): Generator<Value> {
  for (const pair of map.items) {
    const key = `${prefix}${String(pair.key)}`;
    const text = textOf(commentOf(map, pair));
    if (text !== null) {
      yield { key, default: (pair.value as { toJSON(): unknown }).toJSON(), text };
    } else if (isMap(pair.value) && pair.value.items.length > 0) {
      yield* valuesIn(pair.value, `${key}.`);
    } else {
      throw new Error(`values.yaml: ${key} has no comment; wanted "# -- what it is" before it`);
    }
  }
}

/** All values of values.yaml in their order. @throws Error that names a key without text */
export function chartValues(yaml: string): readonly Value[] {
  const { contents, errors } = parseDocument(yaml);
  if (errors[0] !== undefined) throw errors[0];
  if (!isMap(contents)) throw new Error('values.yaml: wanted a map');
  return [...valuesIn(contents, '')];
}

function row({ key, default: value, text }: Value): string {
  const json = JSON.stringify(value);
  const shown = json.length > LONGEST_DEFAULT ? 'see values.yaml' : `\`${json}\``;
  return `| \`${key}\` | ${shown.replaceAll('|', '\\|')} | ${text.replaceAll('|', '\\|')} |`;
}

/** The README with its tables made anew: one for each key at the top that holds others, one for the rest. */
export async function readmeOf(readme: string, yaml: string): Promise<string> {
  if (!PART.test(readme)) throw new Error(`${README}: no comments "begin values" and "end values"`);
  const groups = new Map<string, Value[]>([['Names, pods and nodes', []]]);
  for (const value of chartValues(yaml)) {
    const group = value.key.includes('.') ? `\`${value.key.split('.')[0]}\`` : 'Names, pods and nodes';
    groups.set(group, [...(groups.get(group) ?? []), value]);
  }
  const tables = [...groups].map(
    ([group, values]) =>
      `### ${group}\n\n| key | default | what it is |\n| --- | --- | --- |\n${values.map(row).join('\n')}\n`,
  );
  const options = await prettier.resolveConfig(README);
  const text = readme.replace(PART, (_all, begin: string, end: string) => `${begin}\n${tables.join('\n')}\n${end}`);
  return prettier.format(text, { ...options, parser: 'markdown' });
}

/** What stands there, and what should. */
export async function currentReadme(): Promise<{ readonly found: string; readonly wanted: string }> {
  const found = readFileSync(README, 'utf8');
  return { found, wanted: await readmeOf(found, readFileSync(`${CHART}/values.yaml`, 'utf8')) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(README, (await currentReadme()).wanted);
