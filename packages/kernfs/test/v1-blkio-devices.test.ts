import { blockColumns, Columns, makeLayout, MALFORMED, OK, type Layout } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { deviceName } from '../src/device-lines.ts';
import type { Parser } from '../src/parser.ts';
import { V1BlkioDevices } from '../src/v1-blkio-devices.ts';
import { clearing } from './suite/clearing.ts';
import { decimal } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const NAMES = new Map([
  ['Read', 'io_stat_rbytes'],
  ['Write', 'io_stat_wbytes'],
  ['Discard', 'io_stat_dbytes'],
]);

/** All values of the text in one row, the last one of each operation. */
function lastValues(layout: Layout): Parser {
  const devices = new V1BlkioDevices(layout, 'io_service_bytes');
  const own = [...layout.columns.entries()].filter(([, { name }]) => [...NAMES.values()].includes(name));
  const clear = clearing(own.map(([column]) => column));
  return (bytes, length, columns, row) => {
    clear(columns, row);
    if (devices.start(bytes, length) === OK) while (devices.next()) devices.take(columns, row);
    if (devices.status >= MALFORMED) clear(columns, row);
    return devices.status;
  };
}

const operation = fc.constantFrom('Read', 'Write', 'Sync', 'Async', 'Discard', 'Total');
const line = fc
  .tuple(fc.nat({ max: 300 }), operation, decimal)
  .map(([major, name, value]) => `${major}:0 ${name} ${value}\n`);

parserSuite({
  fixtures: 'v1-blkio-devices',
  table: 'devices',
  make: lastValues,
  twin: twin((lines, values) =>
    lines.every((text) => {
      if (!/^[0-9]/.test(text)) return true;
      const [, major, minor, name, value] = /^([0-9]+):([0-9]+) ([^ ]*) ([0-9]+)$/s.exec(text) ?? [];
      if (value === undefined || Number(major) >= 2 ** 20 || Number(minor) >= 2 ** 20) return false;
      const column = NAMES.get(name!);
      return column === undefined || values.add({ key: '', name: column }, value);
    }),
  ),
  text: fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join('')}Total 0\n`),
  sums: true,
});

void t.test('a device comes once for each operation', (t) => {
  const layout = makeLayout('devices', blockColumns('devices'), 64);
  const columns = new Columns(layout);
  const devices = new V1BlkioDevices(layout, 'io_serviced');
  const bytes = latin1('8:0 Read 5\n8:0 Sync 5\n8:0 Write 6\n8:16 Read 1\n8:16 Total 1\nTotal 12\n');
  const found: string[] = [];
  devices.start(bytes, bytes.length);
  while (devices.next()) {
    devices.take(columns, 0);
    found.push(deviceName(devices.device));
  }
  t.strictSame(found, ['8:0', '8:0', '8:16']);
  t.equal(devices.status, OK);
  t.end();
});
