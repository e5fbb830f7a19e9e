/** What the node and its runtimes say at the start and at a container's end: taken as it is meant, or not at all. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CAPABILITIES, missingCapabilities } from '@fgm/catalog';
import { HOSTILE_BYTES } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { formatAddress, parseAddress } from '../../src/config/address.ts';
import { readExitRecord } from '../../src/exit-records.ts';
import { hugetlbSizes } from '../../src/hugetlb-sizes.ts';
import { lineNames } from '../../src/line-names.ts';
import { numaColumns } from '../../src/numa-columns.ts';

function near(...pieces: string[]): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.string() });
  const hostile = fc.nat(HOSTILE_BYTES.length - 1).map((index) => Buffer.from(HOSTILE_BYTES[index]!.bytes).toString());
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(piece, { maxLength: 8 }).map((all) => all.join('')) },
    { weight: 1, arbitrary: hostile },
  );
}

t.test('addresses', (t) =>
  holds(
    t,
    fc.property(near('[', ']', ':', '::1', '127.0.0.1', '0', '65535', '65536', 'localhost', '%lo', ' '), (text) => {
      const address = parseAddress(text);
      if (address === undefined || address === null) return address === undefined || text === 'off';
      const again = parseAddress(formatAddress(address));
      return address.port <= 65_535 && again?.host === address.host && again.port === address.port;
    }),
  ),
);

t.test('names of lines, and columns made of them', (t) =>
  holds(
    t,
    fc.property(near('anon', ' N0=1', ' N9999=2', ' N10000=3', '\n', '__proto__', 'x'.repeat(64), '\xff'), (text) => {
      const names = lineNames(text);
      const columns = numaColumns(text);
      const all = [...names, ...columns.map(({ name }) => name)];
      if (new Set(columns.map(({ name }) => name)).size !== columns.length) throw new Error('a column twice');
      return (
        all.every((name) => /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) && names.every((name) => text.includes(name))
      );
    }),
    5,
  ),
);

t.test('sizes of huge pages', (t) =>
  holds(
    t,
    fc.property(
      fc.array(near('hugetlb.', '2', '0', '1024', 'MB', 'GB', 'KB', '.current', '.usage_in_bytes')),
      (names) => hugetlbSizes(names).every((size) => names.some((name) => name.startsWith(`hugetlb.${size}.`))),
    ),
    5,
  ),
);

t.test('capabilities', (t) =>
  holds(
    t,
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), near('Name:\tx\n', '\n', 'CapEff:', 'g'), (set, text) => {
      const missing = missingCapabilities(`CapEff:\t${set.toString(16).padStart(16, '0')}\n${text}`);
      const wanted = CAPABILITIES.filter(
        ({ bit }) =>
          set
            .toString(2)
            .padStart(64, '0')
            .at(-1 - bit) === '0',
      );
      return (
        missing !== null &&
        missing.map(({ name }) => name).join() === wanted.map(({ name }) => name).join() &&
        missingCapabilities(text.replaceAll(':', '')) === null
      );
    }),
  ),
);

const ID = 'a'.repeat(64);
const ENDED = Date.parse('2026-01-02T03:04:05Z');
const leaf = fc.constantFrom(
  0,
  137,
  255,
  256,
  -1,
  1.5,
  true,
  false,
  null,
  '3',
  '2026-01-02T03:04:05.1Z',
  '2025-01-01',
  [],
);
const state = fc.dictionary(fc.constantFrom('Running', 'ExitCode', 'FinishedAt', 'OOMKilled', '__proto__'), leaf);
const record = fc.oneof(
  fc.oneof(state, fc.jsonValue()).map((one) => JSON.stringify({ State: one })),
  near('137', '0', '\n', '256', '-1', '1e2', ' '),
  fc.constantFrom('['.repeat(100_000), '{"State":'.repeat(50_000)),
);

t.test('records of how containers ended', (t) => {
  const root = t.testdir({});
  const FILES = {
    docker: `var/lib/docker/containers/${ID}/config.v2.json`,
    podman: `run/libpod/exits/${ID}`,
    'cri-o': `run/crio/exits/${ID}`,
  } as const;
  for (const file of Object.values(FILES)) mkdirSync(dirname(join(root, file)), { recursive: true });
  return holds(
    t,
    fc.asyncProperty(fc.constantFrom('docker', 'podman', 'cri-o'), record, async (runtime, text) => {
      writeFileSync(join(root, FILES[runtime]), text);
      const found = await readExitRecord(root, runtime, ID, ENDED);
      if (found === null) return true;
      const { exit_code: code, oom_killed: killed } = found;
      return Number.isInteger(code) && code >= 0 && code <= 255 && text.includes(String(code)) && killed !== null;
    }),
    30,
  );
});
