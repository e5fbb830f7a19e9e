import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { effort } from './effort.ts';
import type { Figure } from './figure.ts';
import { describeMachine, machineLine } from './machine.ts';
import { printTable } from './table.ts';

// What is cleaned up at exit must be cleaned up when somebody has waited long enough, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export type { Figure } from './figure.ts';

/** Where figures are left, if not in bench/out. */
export const OUT_VARIABLE = 'FGM_BENCH_OUT';
export const OUT = process.env[OUT_VARIABLE] ?? fileURLToPath(new URL('../out/', import.meta.url));

/** Prints a benchmark's figures and keeps them, with everything behind them, in bench/out/NAME.json. */
export function report(name: string, figures: readonly Figure[], details: object): void {
  const machine = describeMachine();
  // A directory that was given and is gone is not wanted any more: whoever ran this has been stopped.
  if (process.env[OUT_VARIABLE] === undefined) mkdirSync(OUT, { recursive: true });
  writeFileSync(
    join(OUT, `${name}.json`),
    `${JSON.stringify({ name, at: new Date(), machine, effort: effort(), figures, details }, null, 2)}\n`,
  );
  console.log(`\n${machineLine(machine)}`);
  printTable([{ name, figures }]);
}
