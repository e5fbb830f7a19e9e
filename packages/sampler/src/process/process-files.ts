import type { Layout } from '@fgm/catalog';
import {
  procPidIoParser,
  procPidSchedstatParser,
  procPidStatParser,
  procPidStatmParser,
  procPidStatusParser,
  readDelayAccounting,
  type Parser,
  type ProcPidStat,
} from '@fgm/kernfs';
import { ProcessColumns } from './process-columns.ts';
import { SampledFile } from '../files/sampled-file.ts';
import { SeldomRead } from '../files/seldom-read.ts';

/** Makes the files of a process. The parsers are made once and shared by all processes of the shard. */
export class ProcessFiles {
  readonly columns: ProcessColumns;
  /** What is read of a process now and then only. */
  readonly seldom: SeldomRead;
  /** What the last parsed stat said that has no column. */
  readonly lastStat: ProcPidStat;
  /** Where processes are found: --proc-root. */
  readonly root: string;
  readonly #stat: Parser;
  readonly #schedstat: Parser;
  readonly #statm: Parser;
  readonly #status: Parser;
  readonly #io: Parser;

  constructor(layout: Layout, procRoot: string, userHz: number, pageSize: number) {
    this.columns = new ProcessColumns(layout);
    this.root = procRoot;
    this.seldom = new SeldomRead(layout, procRoot);
    const stat = procPidStatParser(layout, { userHz, pageSize, delayAccounting: readDelayAccounting(procRoot) });
    this.#stat = stat.parse;
    this.lastStat = stat.last;
    this.#schedstat = procPidSchedstatParser(layout);
    this.#statm = procPidStatmParser(layout, { pageSize });
    this.#status = procPidStatusParser(layout);
    this.#io = procPidIoParser(layout);
  }

  stat(pid: number): SampledFile {
    return new SampledFile('stat', `${this.root}/${pid}/stat`, true, this.#stat);
  }

  schedstat(pid: number): SampledFile {
    return new SampledFile('schedstat', `${this.root}/${pid}/schedstat`, true, this.#schedstat);
  }

  /** statm, status and io: read only when the process may have run. */
  others(pid: number): readonly SampledFile[] {
    return [
      new SampledFile('statm', `${this.root}/${pid}/statm`, true, this.#statm),
      new SampledFile('status', `${this.root}/${pid}/status`, true, this.#status),
      new SampledFile('io', `${this.root}/${pid}/io`, true, this.#io),
    ];
  }
}
