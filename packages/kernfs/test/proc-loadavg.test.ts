import fc from 'fast-check';
import { procLoadavgParser } from '../src/proc-loadavg.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin, type TwinValues } from './suite/twins.ts';

function average(values: TwinValues, name: string, text: string): void {
  const [whole = '', fraction = ''] = text.split('.');
  const limit = fraction === '' ? 2 ** 53 : Number.MAX_SAFE_INTEGER;
  if (fraction.length > 15 || BigInt(whole + fraction) > BigInt(limit)) values.set(name, 2n ** 60n);
  else values.setDouble(name, Number(text));
}

const NUMBER = '([0-9]+(?:\\.[0-9]+)?)';
const LINE = new RegExp(`^${NUMBER} ${NUMBER} ${NUMBER} ([0-9]+)/([0-9]+) [0-9]+$`);

const load = fc.tuple(fc.nat({ max: 10_000 }), decimal).map(([whole, fraction]) => `${whole}.${fraction}`);

parserSuite({
  fixtures: 'proc-loadavg',
  table: 'node',
  make: procLoadavgParser,
  twin: twin((lines, values) => {
    const [, one, five, fifteen, runnable, tasks] = (lines.length === 1 && LINE.exec(lines[0]!)) || [];
    if (one === undefined) return false;
    average(values, 'loadavg_1m', one);
    average(values, 'loadavg_5m', five!);
    average(values, 'loadavg_15m', fifteen!);
    return (
      values.add({ key: '', name: 'loadavg_runnable' }, runnable!) &&
      values.add({ key: '', name: 'loadavg_tasks' }, tasks!)
    );
  }),
  text: fc
    .tuple(load, load, load, decimal, decimal, decimal)
    .map(([a, b, c, running, tasks, pid]) => `${a} ${b} ${c} ${running}/${tasks} ${pid}\n`),
});
