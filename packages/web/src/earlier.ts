import { get, type Container, type Line, type Timeseries, type Values } from './api.ts';
import { containerOf } from './line-titles.ts';
import { back, containers, nameOf } from './store.ts';
import { chosen } from './view-state.ts';

/** What lines were in the range that is compared with, in their order; undefined where nothing was recorded of one. */
export type Earlier = readonly (Values | undefined)[];

/** Keys that are another's each time that it is started. */
const OF_ONE_LIFE: ReadonlySet<string> = new Set(['pid', 'start_time']);
/** An address has room for so many. */
const MOST_NAMED = 500;

/**
 * Asks for the same lines in the range that is compared with.
 * @param answer about the range that is shown; its first chart is compared
 * @returns null where nothing is compared
 */
export async function earlierOf(answer: Timeseries, group: string, signal: AbortSignal): Promise<Earlier | null> {
  const wanted = back.peek();
  const lines = answer.charts[0]?.lines ?? [];
  if (wanted === null || lines.length === 0) return null;
  const { from, step, buckets } = answer;
  // Whole buckets, or values would be compared with those of other stretches.
  const whole = Math.round(wanted / step) * step;
  if (whole === 0) return null;
  const found = await get<Timeseries>(
    'timeseries',
    {
      metrics: answer.charts[0]!.metric,
      from: from - whole,
      to: from - whole + buckets * step,
      points: buckets,
      group,
      ...containersOf(lines, group),
    },
    signal,
  );
  return matched(lines, found.charts[0]?.lines ?? []);
}

/** Those of the lines, in all of their lives. */
function containersOf(lines: readonly Line[], group: string): { readonly containers?: string } {
  const shown =
    group === 'all'
      ? containers.peek().filter((one) => chosen.peek().includes(nameOf(one)))
      : lines.map((line) => containerOf(line)).filter((one) => one !== undefined);
  const names = [...new Set(shown.flatMap((one) => [nameOf(one), ...livesOf(one).map(nameOf)]))];
  return names.length === 0 ? {} : { containers: names.slice(0, MOST_NAMED).join(',') };
}

/** Containers that bear the same name on the same node: what was started again. */
function livesOf(one: Container): readonly Container[] {
  return containers.peek().filter((other) => one.pod !== null && callOf(other) === callOf(one));
}

function callOf({ node, namespace, pod, container }: Container): string {
  return JSON.stringify([node, namespace, pod, container]);
}

/** Each line's values in the other range: its own, or else those of lives before it that bear its name. */
function matched(lines: readonly Line[], found: readonly Line[]): Earlier {
  const exact = new Map(found.map((line) => [identityOf(line), line.values]));
  const named = Map.groupBy(found, callOfLine);
  const calls = lines.map(callOfLine);
  return lines.map((line, at) => {
    const own = exact.get(identityOf(line));
    const isSingle = calls.indexOf(calls[at]!) === calls.lastIndexOf(calls[at]!);
    return own ?? (isSingle ? oneAfterAnother(named.get(calls[at]!) ?? []) : undefined);
  });
}

function identityOf({ node, container, keys }: Line): string {
  return JSON.stringify([node, container, Object.values(keys)]);
}

function callOfLine(line: Line): string {
  const known = containerOf(line);
  const keys = Object.entries(line.keys).filter(([key]) => !OF_ONE_LIFE.has(key));
  return JSON.stringify([known === undefined ? line.container : callOf(known), keys]);
}

/** Lives of one thing as one line; undefined where two were there at once, and so are two things. */
function oneAfterAnother(lives: readonly Line[]): Values | undefined {
  const [first, ...others] = lives;
  let values = first?.values;
  for (const other of others) {
    if (other.values.some((value, at) => value !== null && values![at] !== null)) return undefined;
    values = values!.map((value, at) => value ?? other.values[at] ?? null);
  }
  return values;
}
