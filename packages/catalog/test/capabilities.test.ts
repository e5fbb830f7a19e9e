import { readFileSync } from 'node:fs';
import t from 'tap';
import { LEAST_PRIVILEGE_DOC, leastPrivilegeDocument } from '../scripts/least-privilege-doc.ts';
import { CAPABILITIES, columnsInShort, columnsWithout, missingCapabilities } from '../src/index.ts';

t.test('what a process lacks, from its status', (t) => {
  const cases: [set: string, missing: string[] | undefined][] = [
    ['CapEff:\t000001ffffffffff', []],
    ['CapEff:\t0000000000080004', []],
    ['CapEff:\t0000000000080000', ['DAC_READ_SEARCH']],
    ['CapEff:\t0000000000000004', ['SYS_PTRACE']],
    ['CapEff:\t0000000000000000', ['SYS_PTRACE', 'DAC_READ_SEARCH']],
    ['CapEff:\t8000000000000000', ['SYS_PTRACE', 'DAC_READ_SEARCH']],
    ['CapEff:\tnone', undefined],
    ['', undefined],
  ];
  for (const [line, missing] of cases) {
    const status = `Name:\tfgm\nCapPrm:\t000001ffffffffff\n${line}\nCapBnd:\t000001ffffffffff\n`;
    t.same(
      missingCapabilities(status)?.map(({ name }) => name),
      missing,
      line,
    );
  }
  t.end();
});

t.test('the columns that each costs', (t) => {
  const [ptrace, search] = CAPABILITIES.map((capability) => columnsInShort(columnsWithout(capability)));
  t.match(ptrace, /^exe, io_\* \(7\), smaps_rollup_\* \(\d+\), .*uss_bytes/);
  t.equal(search, 'io_* (7)');
  t.equal(columnsInShort([]), '');
  t.end();
});

t.equal(
  readFileSync(LEAST_PRIVILEGE_DOC, 'utf8'),
  leastPrivilegeDocument(),
  'docs/least-privilege.md is current: node --conditions=@fgm/source packages/catalog/scripts/least-privilege-doc.ts',
);
