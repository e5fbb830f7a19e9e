import { blockColumns, Columns, makeLayout, type Layout, type SampledTable } from '@fgm/catalog';
import {
  KernelFile,
  PidList,
  procPidIoParser,
  procPidSchedstatParser,
  procPidStatmParser,
  procPidStatParser,
  procPidStatusParser,
  readDelayAccounting,
  smapsRollupParser,
  type Parser,
} from '@fgm/kernfs';
import { makeFilePlan } from '../../packages/sampler/src/files/file-plan.ts';
import type { Load } from './load.ts';

const MACHINE = { userHz: 100, pageSize: 4096, delayAccounting: readDelayAccounting('/proc') };
const ROWS_OF_BLOCK = 64;

/** A file that a tick reads, the parser it is read by and the row that gets its values. */
export interface KernelText {
  /** `memory/memory.stat`, `proc/stat` */
  readonly kind: string;
  readonly file: KernelFile;
  readonly parse: Parser;
  readonly columns: Columns;
  readonly row: number;
}

/** Rows of a table, block after block, as a sampler thread keeps them. */
class Rows {
  readonly layout: Layout;
  #columns: Columns;
  #used = 0;

  constructor(table: SampledTable) {
    this.layout = makeLayout(table, blockColumns(table), ROWS_OF_BLOCK);
    this.#columns = new Columns(this.layout);
  }

  add(): Pick<KernelText, 'columns' | 'row'> {
    if (this.#used === ROWS_OF_BLOCK) {
      this.#columns = new Columns(this.layout);
      this.#used = 0;
    }
    return { columns: this.#columns, row: this.#used++ };
  }
}

/** All files of processes that a tick reads when each of them has run. */
export function textsOfProcesses(pids: readonly string[], rollup: boolean): KernelText[] {
  const rows = new Rows('processes');
  const { layout } = rows;
  const parsers: Record<string, Parser> = {
    schedstat: procPidSchedstatParser(layout),
    stat: procPidStatParser(layout, MACHINE).parse,
    statm: procPidStatmParser(layout, MACHINE),
    status: procPidStatusParser(layout),
    io: procPidIoParser(layout),
    ...(rollup && { smaps_rollup: smapsRollupParser(layout) }),
  };
  return pids.flatMap((pid) => {
    const row = rows.add();
    return Object.entries(parsers).map(([name, parse]) => {
      const file = new KernelFile(`/proc/${pid}/${name}`, { whole: true });
      return { kind: `proc/${name}`, file, parse, ...row };
    });
  });
}

/** All files of cgroups that a tick reads when something ran in each of them, in whichever hierarchies the machine has. */
export function textsOfCgroups({ sandbox, containers }: Load): KernelText[] {
  const rows = new Rows('containers');
  // A v2 hierarchy beside those of v1 has no controllers, but a cpu.stat that the recorder does not read.
  const v1 = sandbox.directories.memory !== undefined;
  const plan = makeFilePlan(rows.layout).filter(({ group }) => group !== 'settings');
  const files = plan.filter(({ hierarchy, subject }) => !v1 || hierarchy !== 'v2' || subject === 'core');
  const directories: Readonly<Record<string, string>> = sandbox.directories;
  const pids = new PidList();
  const parsePids: Parser = (bytes, length) => pids.parse(bytes, length);
  return [...containers].flatMap(({ below, directories: [first] }) => {
    const row = rows.add();
    const list = new KernelFile(`${first}/cgroup.procs`, { whole: false });
    const texts: KernelText[] = [{ kind: 'cgroup.procs', file: list, parse: parsePids, ...row }];
    for (const { hierarchy, name, parser: parse } of files) {
      if (directories[hierarchy] === undefined) continue;
      const file = new KernelFile(`${directories[hierarchy]}/${below}/${name}`, { whole: true });
      texts.push({ kind: `${hierarchy}/${name}`, file, parse, ...row });
    }
    return texts;
  });
}
