/**
 * Writes the figures of bench/out/ into the tables of docs/benchmarks.md: those of each benchmark that was run, fully or `--quick`.
 * Tables of benchmarks that were not run stay.
 *
 *     npm run bench && npm run bench:doc
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { BENCHMARKS } from './harness/benchmarks.ts';
import { blocksOf, withFigures, type Result } from './harness/figures-markdown.ts';
import { OUT } from './harness/report.ts';

const PAGE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

const results = new Map<string, Result>();
for (const name of Object.keys(BENCHMARKS)) {
  const path = join(OUT, `${name}.json`);
  if (!existsSync(path)) continue;
  const result = JSON.parse(readFileSync(path, 'utf8')) as Partial<Result>;
  // What was run for a moment proves nothing, and files of old forms do not say for how long they were run.
  if (result.effort === 'full' || result.effort === 'quick') results.set(name, result as Result);
}

const page = readFileSync(PAGE, 'utf8');
const options = { ...(await resolveConfig(PAGE)), filepath: PAGE };
writeFileSync(PAGE, await format(withFigures(page, results), options));
const stale = blocksOf(page).filter((name) => name in BENCHMARKS && !results.has(name));
console.log(
  `docs/benchmarks.md: figures of ${results.size} benchmarks${stale.length > 0 ? `; not run: ${stale.join(', ')}` : ''}`,
);
