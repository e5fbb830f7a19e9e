/** Names of files and small files in a data directory, which anybody may have put there. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { consolidatedName, fileName, parseFileName, stampOf } from '../../src/file-name.ts';
import { CONSOLIDATION, readReservation } from '../../src/reservation.ts';

const table = fc.constantFrom('containers', 'processes', 'events', 'logs');
/** Years that have four digits. */
const second = fc.integer({ min: 0, max: 253_402_300_799 });

t.test('names of files say what they were made of', (t) =>
  holds(
    t,
    fc.property(table, second, second, (name, start, end) => {
      const single = parseFileName(fileName(name, start * 1000));
      const many = parseFileName(consolidatedName(name, start * 1000, end * 1000));
      if (single?.table !== name || single.start !== start * 1000 || single.end !== null) return false;
      return many?.table === name && many.start === start * 1000 && many.end === end * 1000;
    }),
  ),
);

const piece = fc.oneof(
  fc.constantFrom('containers', 'events', '-', 'consolidated-', '20261121T050000Z', '20261399T996199Z', '.parquet'),
  fc.constantFrom('../', '\n', '.PARQUET', '', '20260230T000000Z'),
  fc.string({ maxLength: 4 }),
);

t.test('other names are not taken for ones of ours', (t) =>
  holds(
    t,
    fc.property(fc.array(piece, { maxLength: 7 }), (parts) => {
      const name = parts.join('');
      const found = parseFileName(name);
      if (found === null) return true;
      const { table: of, start, end } = found;
      return (
        name === (end === null ? fileName(of, start) : consolidatedName(of, start, end)) && stampOf(start).length === 16
      );
    }),
  ),
);

t.test('a reservation of anything is a number of bytes', (t) => {
  const directory = t.testdir({ [CONSOLIDATION]: {} });
  const text = fc.oneof(
    fc.constantFrom('1e9', '-1', '0x10', '9'.repeat(500), 'Infinity', ' 12\n', '', '1.5', '\0', '[1]'),
    fc.string(),
    fc.nat().map(String),
  );
  return holds(
    t,
    fc.property(text, (content) => {
      fs.writeFileSync(path.join(directory, CONSOLIDATION, 'reserved'), content);
      const bytes = readReservation(directory);
      return Number.isSafeInteger(bytes) && bytes >= 0 && (bytes === 0 || Number(content) === bytes);
    }),
    5,
  );
});
