import { blockColumns, Columns, DEVICE_METRICS, makeLayout, MALFORMED, OK, type Layout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { deviceName, deviceNumber } from '../src/device-lines.ts';
import { IoStatDevices } from '../src/io-stat-devices.ts';
import type { Parser } from '../src/parser.ts';
import { clearing } from './suite/clearing.ts';
import { decimal } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin, type Twin, type TwinField, type TwinValues } from './suite/twins.ts';

const CONVERSIONS: Readonly<Record<string, Partial<TwinField>>> = { delay_nsec: { drop: 3 }, win: { multiply: 1000 } };
const FIELDS = DEVICE_METRICS.map(({ key, name }): TwinField => ({ key: key!, name, ...CONVERSIONS[key!] }));

/** The last device of the text that has values. */
function lastDevice(layout: Layout): Parser {
  const devices = new IoStatDevices(layout);
  const own = [...layout.columns.entries()].filter(([, { source }]) => source === 'io.stat').map(([column]) => column);
  const clear = clearing(own);
  return (bytes, length, columns, row) => {
    clear(columns, row);
    if (devices.start(bytes, length) === OK) while (devices.next()) devices.take(columns, row);
    if (devices.status >= MALFORMED) clear(columns, row);
    return devices.status;
  };
}

function pair(values: TwinValues, text: string): boolean {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) return false;
  const field = FIELDS.find((one) => one.key === key);
  if (field === undefined) return true;
  if (value.startsWith('max')) return true;
  if (key !== 'cost.vrate') return values.add(field, value);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(value)) return false;
  const [whole = '', fraction = ''] = value.split('.');
  const limit = fraction === '' ? 2 ** 53 : Number.MAX_SAFE_INTEGER;
  if (fraction.length > 15 || BigInt(whole + fraction) > BigInt(limit)) values.set('any', 2n ** 60n);
  else values.setDouble(field.name, Number(value));
  return true;
}

/** The words of a text one after the other: devices, and pairs of the last one. */
class Words {
  overflow = false;
  last = new Map<string, number>();
  #fresh = false;

  take(word: string): boolean {
    const device = /^([0-9]+):([0-9]+)$/.exec(word);
    if (device !== null) {
      this.#fresh = true;
      return Number(device[1]) < 2 ** 20 && Number(device[2]) < 2 ** 20;
    }
    if (word === '') return true;
    if (/^[0-9]/.test(word)) return false;
    if (this.#fresh) this.last.clear();
    this.#fresh = false;
    const { status, values } = twin((_, one) => pair(one, word))(`${word}\n`);
    this.overflow ||= status === 'OVERFLOW';
    for (const [name, value] of Object.entries(values)) this.last.set(name, value);
    return status !== 'MALFORMED';
  }
}

const lastDeviceTwin: Twin = (text) => {
  const words = new Words();
  const whole = twin((lines) =>
    lines.every((one) => /^[0-9]/.test(one) && one.split(' ').every((part) => words.take(part))),
  );
  const { status } = whole(text);
  if (status !== 'OK') return { status, values: {} };
  return { status: words.overflow ? 'OVERFLOW' : 'OK', values: Object.fromEntries(words.last) };
};

const word = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...FIELDS), decimal).map(([{ key }, value]) => `${key}=${value}`) },
  { weight: 1, arbitrary: fc.constantFrom('cost.vrate=100.25', 'depth=max', '8:16', 'later=x', '', 'rbytes', '8:x') },
);
const line = fc
  .tuple(fc.nat({ max: 300 }), fc.array(word, { maxLength: 7 }))
  .map(([major, words]) => `${[`${major}:0`, ...words].join(' ')}\n`);

parserSuite({
  fixtures: 'io-stat-devices',
  table: 'devices',
  make: lastDevice,
  twin: lastDeviceTwin,
  text: fc.array(line, { maxLength: 4 }).map((lines) => lines.join('')),
  sums: true,
});

void t.test('devices one after the other', (t) => {
  const layout = makeLayout('devices', blockColumns('devices'), 64);
  const columns = new Columns(layout);
  const devices = new IoStatDevices(layout);
  const rbytes = layout.columns.findIndex(({ name }) => name === 'io_stat_rbytes');
  const read = (text: string): (readonly [string, number])[] => {
    const bytes = latin1(text);
    const found: (readonly [string, number])[] = [];
    devices.start(bytes, bytes.length);
    while (devices.next()) {
      devices.take(columns, 0);
      found.push([deviceName(devices.device), columns.getInt(rbytes, 0)]);
    }
    return found;
  };
  t.strictSame(read('8:0 rbytes=1\n7:7 \n7:6\n8:16 259:3 rbytes=2 wbytes=3\n'), [
    ['8:0', 1],
    ['259:3', 2],
  ]);
  t.strictSame(read('8:0 rbytes=1 \n'), [['8:0', 1]], 'a blank at the end');
  const many = Array.from({ length: 100_000 }, (_, minor) => [`253:${minor}`, minor] as const);
  t.strictSame(read(many.map(([name, value]) => `${name} rbytes=${value}\n`).join('')), many, 'very many devices');
  t.strictSame(read('4294967296:0 rbytes=1\n'), [], 'no device has such a number');
  t.ok(devices.status >= MALFORMED);
  t.equal(deviceName(deviceNumber(4095, 1_048_575)), '4095:1048575', 'the largest numbers');
  t.end();
});
