import { Columns, CONTAINER_METRICS, makeLayout, type FinalFigures, type Hierarchy } from '@fgm/catalog';
import {
  cpuStatParser,
  KernelFile,
  memoryEventsParser,
  pidsEventsParser,
  singleValueParser,
  v1CpuacctUsageParser,
  v1CpuStatParser,
  v1OomControlParser,
  type Parser,
} from '@fgm/kernfs';
import type { EntityPlace } from './entity-place.ts';
import { SYSTEM_TIME } from './time.ts';

const FILE_BYTES = 16 * 1024;
const ROW = 0;

interface FinalFile {
  readonly hierarchy: Hierarchy;
  readonly name: string;
  readonly parser: Parser;
}

/**
 * Reads the last figures of a cgroup: CPU, peaks, what ran out of memory. All other files tell of something that is no more
 * when the last process has gone. CPU comes first, because a runtime may be about to remove the directory.
 */
export class FinalReader {
  readonly #columns: Columns;
  readonly #files: readonly FinalFile[];
  readonly #buffer = new Uint8Array(FILE_BYTES);
  readonly #nowUsec: () => number;

  /** @param nowUsec microseconds since the Unix epoch */
  constructor(nowUsec: () => number = () => SYSTEM_TIME.usec()) {
    const layout = makeLayout('containers', CONTAINER_METRICS, 64);
    this.#columns = new Columns(layout);
    this.#nowUsec = nowUsec;
    const value = (column: string): Parser => singleValueParser(layout, column);
    const file = (hierarchy: Hierarchy, name: string, parser: Parser): FinalFile => ({ hierarchy, name, parser });
    this.#files = [
      file('v2', 'cpu.stat', cpuStatParser(layout)),
      file('cpuacct', 'cpuacct.usage', v1CpuacctUsageParser(layout, 'cpuacct.usage')),
      file('cpuacct', 'cpuacct.usage_user', v1CpuacctUsageParser(layout, 'cpuacct.usage_user')),
      file('cpuacct', 'cpuacct.usage_sys', v1CpuacctUsageParser(layout, 'cpuacct.usage_sys')),
      file('cpu', 'cpu.stat', v1CpuStatParser(layout)),
      file('v2', 'memory.events', memoryEventsParser(layout, 'memory.events')),
      file('memory', 'memory.oom_control', v1OomControlParser(layout)),
      file('v2', 'memory.peak', value('memory_peak_bytes')),
      file('memory', 'memory.max_usage_in_bytes', value('memory_peak_bytes')),
      file('v2', 'memory.swap.peak', value('memory_swap_peak_bytes')),
      file('v2', 'pids.peak', value('pids_peak')),
      file('v2', 'pids.events', pidsEventsParser(layout)),
    ];
  }

  /** Null when nothing can be read any more. What an earlier reading knew and this one does not is kept. */
  read({ directories, lost = [] }: EntityPlace, before: FinalFigures | null = null): FinalFigures | null {
    this.#columns.clear();
    // The unified tree beside v1 controllers tells CPU time too, but rows come from the controller, also when that is gone.
    const byController = directories.cpuacct !== undefined || lost.includes('cpuacct');
    for (const { hierarchy, name, parser } of this.#files) {
      const directory = directories[hierarchy];
      const owned = hierarchy === 'v2' && name === 'cpu.stat' && byController;
      if (directory !== undefined && !owned) this.#parse(`${directory}/${name}`, parser);
    }
    const values = this.#values();
    if (Object.keys(values).length === 0) return before;
    return { time: this.#nowUsec(), values: { ...before?.values, ...values } };
  }

  #parse(path: string, parser: Parser): void {
    const file = new KernelFile(path, { whole: true });
    if (file.open() < 0) return;
    const length = file.read(this.#buffer);
    file.close();
    // A parser that finds no sense in a text leaves its columns absent.
    if (length > 0) parser(this.#buffer, length, this.#columns, ROW);
  }

  #values(): Record<string, number> {
    const columns = this.#columns;
    const values: Record<string, number> = {};
    for (const [index, { name }] of columns.layout.columns.entries())
      if (columns.isValid(index, ROW)) values[name] = columns.getInt(index, ROW);
    return values;
  }
}
