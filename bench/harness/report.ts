import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine, machineLine } from './machine.ts';

// What is cleaned up at exit must be cleaned up when somebody has waited long enough, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const OUT = fileURLToPath(new URL('../out/', import.meta.url));

/** One line of the table of results. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What it was measured against, or how it spreads. */
  readonly note?: string;
}

/** Prints a benchmark's figures and keeps them, with everything behind them, in bench/out/NAME.json. */
export function report(name: string, figures: readonly Figure[], details: object): void {
  const machine = describeMachine();
  mkdirSync(OUT, { recursive: true });
  writeFileSync(
    join(OUT, `${name}.json`),
    `${JSON.stringify({ name, at: new Date(), machine, figures, details }, null, 2)}\n`,
  );
  console.log(`\n${name}\n${machineLine(machine)}`);
  printTable(figures);
}

export function printTable(figures: readonly Figure[]): void {
  const wide = (pick: (figure: Figure) => string): number => Math.max(...figures.map((figure) => pick(figure).length));
  const [names, values] = [wide((figure) => figure.name), wide((figure) => figure.value)];
  for (const { name, value, note } of figures)
    console.log(`  ${name.padEnd(names)}  ${value.padStart(values)}  ${note ?? ''}`.trimEnd());
}
