import { PRESSURE_RESOURCES, type PressureResource } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { pressureParser } from '../src/pressure.ts';
import { decimal } from './suite/mutations.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin, type Twin, type TwinValues } from './suite/twins.ts';

const KEYS = ['avg10', 'avg60', 'avg300', 'total'];

/** One `key=value`. The column of `some` is missing for irq. */
function pair(values: TwinValues, resource: PressureResource, share: string, text: string): boolean {
  const equals = text.indexOf('=');
  if (equals < 0) return false;
  const key = text.slice(0, equals);
  const value = text.slice(equals + 1);
  if (!KEYS.includes(key) || (resource === 'irq' && share === 'some')) return true;
  const name = `${resource}_pressure_${share}_${key}`;
  if (key === 'total') return values.add({ key, name: `${name}_usec` }, value);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(value)) return false;
  const [whole = '', fraction = ''] = value.split('.');
  const limit = fraction === '' ? 2 ** 53 : Number.MAX_SAFE_INTEGER;
  if (fraction.length > 15 || BigInt(whole + fraction) > BigInt(limit)) values.set(name, 2n ** 60n);
  else values.setDouble(name, Number(value));
  return true;
}

function twinOf(resource: PressureResource): Twin {
  return twin((lines, values) =>
    lines.every((line) => {
      const [share, ...pairs] = line.split(' ');
      return (share === 'some' || share === 'full') && pairs.every((text) => pair(values, resource, share, text));
    }),
  );
}

const average = fc.oneof(
  fc
    .tuple(fc.nat({ max: 100 }), fc.nat({ max: 99 }))
    .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`),
  fc.tuple(decimal, decimal).map(([whole, fraction]) => `${whole}.${fraction}`),
);

const text = fc
  .array(fc.tuple(fc.constantFrom('some', 'full'), average, average, average, decimal), { maxLength: 3 })
  .map((lines) => lines.map(([share, a, b, c, total]) => `${share} avg10=${a} avg60=${b} avg300=${c} total=${total}\n`))
  .map((lines) => lines.join(''));

for (const resource of PRESSURE_RESOURCES) {
  parserSuite({
    fixtures: `pressure-${resource}`,
    table: 'containers',
    make: (layout) => pressureParser(layout, resource),
    twin: twinOf(resource),
    text,
  });
}

t.pass('all resources have samples');
