import type { Hierarchy, Layout } from '@fgm/catalog';
import {
  hugetlbEventsParser,
  memoryNumaStatParser,
  miscParser,
  rdmaParser,
  singleValueParser,
  v1LimitParser,
  type Parser,
} from '@fgm/kernfs';
import type { FileGroup, PlannedFile, Subject } from './planned-file.ts';

type MakeFile = (name: string, group: FileGroup, parser: Parser) => PlannedFile;

function of(hierarchy: Hierarchy, subject: Subject, countedAs: string): MakeFile {
  return (name, group, parser) => ({ hierarchy, subject, name, group, parser, countedAs });
}

/**
 * The files of columns that were found on this machine at start: sizes of huge pages, resources of the misc controller, RDMA
 * devices, memory nodes. A layout without such columns has no such files.
 */
export function foundFiles(layout: Layout): PlannedFile[] {
  const sources = new Set(layout.columns.map(({ source }) => source));
  const files = sizesIn(sources).flatMap((size) => [...hugetlb(layout, size), ...v1Hugetlb(layout, size)]);
  if (sources.has('misc.current')) files.push(...misc(layout, 'v2'), ...misc(layout, 'misc'));
  if (sources.has('rdma.current')) files.push(...rdma(layout, 'v2'), ...rdma(layout, 'rdma'));
  if (sources.has('memory.numa_stat')) {
    files.push(of('v2', 'memory', 'memory.numa_stat')('memory.numa_stat', 'activity', memoryNumaStatParser(layout)));
  }
  return files;
}

/** Sizes of huge pages: what stands between `hugetlb.` and `.current`. */
function sizesIn(sources: ReadonlySet<string>): string[] {
  const [before, behind] = ['hugetlb.', '.current'];
  const files = [...sources].filter((source) => source.startsWith(before) && source.endsWith(behind));
  const sizes = files.map((source) => source.slice(before.length, -behind.length));
  return sizes.filter((size) => !size.endsWith('.rsvd'));
}

function hugetlb(layout: Layout, size: string): PlannedFile[] {
  const file = of('v2', 'hugetlb', 'hugetlb');
  const name = `hugetlb.${size}`;
  const value = (rest: string): Parser => singleValueParser(layout, `hugetlb_${size.toLowerCase()}_${rest}_bytes`);
  return [
    file(`${name}.current`, 'activity', value('current')),
    file(`${name}.rsvd.current`, 'activity', value('rsvd_current')),
    file(`${name}.max`, 'settings', value('max')),
    file(`${name}.rsvd.max`, 'settings', value('rsvd_max')),
    file(`${name}.events`, 'settings', hugetlbEventsParser(layout, size, 'events')),
    file(`${name}.events.local`, 'settings', hugetlbEventsParser(layout, size, 'events.local')),
  ];
}

/** https://docs.kernel.org/admin-guide/cgroup-v1/hugetlb.html */
function v1Hugetlb(layout: Layout, size: string): PlannedFile[] {
  const file = of('hugetlb', 'hugetlb', 'hugetlb');
  const name = `hugetlb.${size}`;
  const prefix = `hugetlb_${size.toLowerCase()}`;
  return [
    file(`${name}.usage_in_bytes`, 'activity', singleValueParser(layout, `${prefix}_current_bytes`)),
    file(`${name}.rsvd.usage_in_bytes`, 'activity', singleValueParser(layout, `${prefix}_rsvd_current_bytes`)),
    file(`${name}.limit_in_bytes`, 'settings', v1LimitParser(layout, `${prefix}_max_bytes`)),
    file(`${name}.rsvd.limit_in_bytes`, 'settings', v1LimitParser(layout, `${prefix}_rsvd_max_bytes`)),
    file(`${name}.max_usage_in_bytes`, 'settings', singleValueParser(layout, `${prefix}_peak_bytes`)),
    file(`${name}.failcnt`, 'settings', singleValueParser(layout, `${prefix}_events_max`)),
  ];
}

/** The same in v1 as in v2. */
function misc(layout: Layout, hierarchy: 'v2' | 'misc'): PlannedFile[] {
  const file = of(hierarchy, 'misc', 'misc');
  return [
    file('misc.current', 'activity', miscParser(layout, 'misc.current')),
    file('misc.peak', 'activity', miscParser(layout, 'misc.peak')),
    file('misc.max', 'settings', miscParser(layout, 'misc.max')),
    file('misc.events', 'settings', miscParser(layout, 'misc.events')),
  ];
}

function rdma(layout: Layout, hierarchy: 'v2' | 'rdma'): PlannedFile[] {
  const file = of(hierarchy, 'rdma', 'rdma');
  return [
    file('rdma.current', 'activity', rdmaParser(layout, 'rdma.current')),
    file('rdma.max', 'settings', rdmaParser(layout, 'rdma.max')),
  ];
}
