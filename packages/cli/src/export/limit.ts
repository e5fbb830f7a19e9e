import type { Database } from '../duckdb/database.ts';
import type { Part, Span } from './part.ts';

/** The rows that are exported: those before an instant, and of that instant itself so many of each part. */
export interface Extract {
  /** Rows in the range, whether they are exported or not. */
  readonly found: number;
  /** Rows that are exported, by part. */
  readonly rows: readonly number[];
  /** Where it was cut; null for all rows. */
  readonly cut: { readonly at: number; readonly rows: readonly number[] } | null;
}

/** Stretches of time that are looked at at once: a range of a year takes four looks. */
const BUCKETS = 4096;

interface Bucket extends Record<string, bigint> {
  readonly part: bigint;
  readonly bucket: bigint;
  readonly n: bigint;
}

async function histogram(database: Database, parts: readonly Part[], span: Span, width: number): Promise<Bucket[]> {
  const counts = parts.map((part, index) => `SELECT ${index} AS part, time, n FROM (${part.counts(span)})`);
  return database.rows<Bucket>(
    `SELECT CAST(part AS BIGINT) AS part, (epoch_us(time) - ${span.from}) // ${width} AS bucket, CAST(sum(n) AS BIGINT) AS n
      FROM (${counts.join(' UNION ALL ')}) GROUP BY ALL ORDER BY bucket, part`,
  );
}

function perPart(parts: readonly Part[], buckets: readonly Bucket[]): number[] {
  return parts.map((_, index) =>
    buckets.filter(({ part }) => Number(part) === index).reduce((sum, { n }) => sum + Number(n), 0),
  );
}

/** Parts take of what is left in their order. */
function share(wanted: readonly number[], most: number): number[] {
  let left = most;
  return wanted.map((each) => {
    const taken = Math.min(each, left);
    left -= taken;
    return taken;
  });
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each, 0);
}

/**
 * Counts rows, and finds where to stop. Sorting them all by time would take memory for all of them; so stretches of time are
 * counted, and the one in which the limit is reached is looked at more closely, until it is one instant.
 *
 * @param most rows of all parts together
 */
export async function extractOf(
  database: Database,
  parts: readonly Part[],
  span: Span,
  most: number,
): Promise<Extract> {
  let width = Math.max(1, Math.ceil((span.to - span.from) / BUCKETS));
  let buckets = await histogram(database, parts, span, width);
  const all = perPart(parts, buckets);
  const found = total(all);
  if (found <= most) return { found, rows: all, cut: null };
  const before = parts.map(() => 0);
  let within = span;
  for (;;) {
    const { bucket, earlier } = crossing(buckets, most - total(before));
    for (const { part, n } of earlier) before[Number(part)]! += Number(n);
    const from = within.from + bucket * width;
    const here = buckets.filter((each) => Number(each.bucket) === bucket);
    if (width === 1) {
      const last = share(perPart(parts, here), most - total(before));
      return { found, rows: before.map((rows, index) => rows + last[index]!), cut: { at: from, rows: last } };
    }
    within = { from, to: Math.min(within.to, from + width) };
    width = Math.max(1, Math.ceil((within.to - within.from) / BUCKETS));
    buckets = await histogram(database, parts, within, width);
  }
}

/** The bucket in which there are more rows than are left, and all that come before it. */
function crossing(buckets: readonly Bucket[], left: number): { bucket: number; earlier: readonly Bucket[] } {
  let sum = 0;
  const over = buckets.find(({ n }) => (sum += Number(n)) > left)!;
  return { bucket: Number(over.bucket), earlier: buckets.filter(({ bucket }) => bucket < over.bucket) };
}

/** The rows of a part that are exported. */
export function extractedRows(part: Part, index: number, span: Span, { cut }: Extract): string {
  if (cut === null) return part.rows(span);
  const before = part.rows({ from: span.from, to: cut.at });
  const last = part.rows({ from: cut.at, to: cut.at + 1 });
  // Whichever of them: to order them by more than time, all would have to be in memory.
  return `${before} UNION ALL (SELECT * FROM (${last}) LIMIT ${cut.rows[index]!})`;
}
