import fc from 'fast-check';
import t from 'tap';
import { deviceNumber } from '../src/device-lines.ts';
import { deviceNames, procDiskstatsParser } from '../src/proc-diskstats.ts';
import { decimal } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { twin } from './suite/twins.ts';

const NAMES = (
  'read_ios read_merges read_bytes read_usec write_ios write_merges write_bytes write_usec in_flight io_usec queue_usec ' +
  'discard_ios discard_merges discard_bytes discard_usec flush_ios flush_usec'
)
  .split(' ')
  .map((name) => `diskstats_${name}`);
const FACTORS = [
  { pattern: /_bytes$/, factor: 512n },
  { pattern: /_usec$/, factor: 1000n },
];
const NOT_DISK = /^(?:loop|ram|zram|dm-|md|md_d|bcache|drbd|zd)[0-9]+$/;

function isPartition(name: string, disk: string): boolean {
  if (disk === '' || !name.startsWith(disk)) return false;
  const rest = name.slice(disk.length);
  return /[0-9]$/.test(disk) ? /^p[0-9]+$/.test(rest) : /^[0-9]+$/.test(rest);
}

const name = fc.oneof(
  fc.constantFrom(
    'sda',
    'sda1',
    'sdab',
    'nvme0n1',
    'nvme0n1p3',
    'nvme0n10',
    'dm-1',
    'dm-',
    'dm-12',
    'loop0',
    'loop0p1',
  ),
  fc.constantFrom(
    'mmcblk0',
    'mmcblk0p2',
    'mmcblk0boot0',
    'md1',
    'md1p1',
    'md_d4',
    'mdx',
    'zram0',
    'vda',
    'rbd0',
    'ram1',
  ),
);
const line = fc
  .tuple(fc.nat({ max: 259 }), fc.nat({ max: 99 }), name, fc.array(decimal, { minLength: 10, maxLength: 19 }))
  .map(
    ([major, minor, disk, numbers]) =>
      `${String(major).padStart(4)} ${String(minor).padStart(7)} ${disk} ${numbers.join(' ')}\n`,
  );

const bench = parserSuite({
  fixtures: 'proc-diskstats',
  table: 'node',
  make: procDiskstatsParser,
  twin: twin((lines, values) => {
    const sums = new Map<string, bigint>();
    let devices = 0n;
    let disk = '';
    for (const text of lines) {
      const [, device, rest] = /^[ \t]*[0-9]+ [ \t]*[0-9]+ [ \t]*([^ ]+)(.*)$/s.exec(text) ?? [];
      if (device === undefined) return false;
      const partition = isPartition(device, disk);
      if (!partition) disk = device;
      if (partition || NOT_DISK.test(device)) continue;
      const list = /^(?: [0-9]+){11,17}/.exec(rest!)?.[0] ?? '';
      const numbers = list.split(' ').slice(1);
      const after = rest!.slice(list.length);
      if (numbers.length < 11 || (after !== '' && !(numbers.length === 17 && after.startsWith(' ')))) return false;
      for (const [index, digits] of numbers.entries())
        sums.set(NAMES[index]!, (sums.get(NAMES[index]!) ?? 0n) + BigInt(digits));
      devices++;
    }
    for (const [key, sum] of sums) {
      const factor = FACTORS.find(({ pattern }) => pattern.test(key))?.factor ?? 1n;
      values.set(key, sum > 2n ** 53n ? sum : sum * factor);
    }
    values.set('diskstats_devices', devices);
    return true;
  }),
  text: fc.array(line, { maxLength: 6 }).map((lines) => lines.join('')),
  sums: true,
});

t.match(
  bench.run('   8       0 sda 1 2 3 4 5 6 7 8 9 10 11\n   8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n').values,
  { diskstats_devices: 1, diskstats_read_bytes: 1536, diskstats_read_usec: 4000 },
  'a partition is not added to its disk',
);
const text = latin1('   8       0 sda 1\n 259      17 nvme0n1p1 1\nrubbish\n 8 x\n');
t.strictSame(
  deviceNames(text, text.length),
  new Map([
    [deviceNumber(8, 0), 'sda'],
    [deviceNumber(259, 17), 'nvme0n1p1'],
  ]),
  'names of devices and partitions',
);
