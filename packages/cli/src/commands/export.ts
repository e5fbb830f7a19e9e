import { size } from '@fgm/agent/config';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { LEAST_MEMORY } from '../export/memory.ts';
import { FORMATS, LAYOUTS } from '../export/request.ts';
import type { Format, Layout } from '../export/request.ts';
import { EXIT, UsageError } from '../failure.ts';
import { readVersion } from '../version.ts';
import type { Register, Terminal } from './command.ts';

interface ExportOptions {
  readonly layout: Layout;
  readonly format?: Format;
  readonly from?: string;
  readonly to?: string;
  readonly tables?: readonly string[];
  readonly metrics?: readonly string[];
  readonly containers?: readonly string[];
  readonly namespace?: string;
  readonly labels?: readonly (readonly [key: string, value: string])[];
  readonly maxRows?: number;
  readonly maxBytes: number;
  readonly view?: string;
  readonly memory?: number;
  readonly output: string;
  readonly force?: true;
  readonly closed?: true;
  readonly json?: true;
}

const DEFAULT_MAX_ROWS = 10_000_000;
/** A browser holds each value of a page as eight bytes. */
const DEFAULT_PAGE_ROWS = 1_000_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

const EXAMPLES = `
Without --tables and --metrics: containers in the wide layout, all tables in the long one. Several tables in the wide layout are
as many files, and FILE is a directory. A page (html) is one file that a browser shows without a network, with charts of these metrics.

Examples:
  fgm export data --from -15m -o last.parquet
  fgm export data --layout long --metrics "memory_current_bytes,processes.pss_bytes" -o replay.parquet
  fgm export node-a node-b --tables containers,events --namespace shop -o shop/
  fgm export data --from -1h --metrics memory_current_bytes,processes.pss_bytes -o incident.html
  fgm export data --metrics "cpu_*" --containers 3f2a9c --format csv -o - | gzip > cpu.csv.gz`;

/** Lists are given with commas, or the flag several times, or both. */
function list(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('wanted names with commas between them');
  return [...before, ...names];
}

function labels(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  return [
    ...before,
    ...text.split(',').map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new InvalidArgumentError('wanted key=value, such as app=web');
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1)];
    }),
  ];
}

function name(text: string): string {
  if (text === '') throw new InvalidArgumentError('wanted a name');
  return text;
}

function bytes(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('wanted a number of bytes, to 999999999');
}

function rows(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('wanted a number of rows, from 1');
}

function memory(text: string): number {
  const { parse, wanted } = size(LEAST_MEMORY);
  const found = parse(text);
  if (typeof found === 'number') return found;
  throw new InvalidArgumentError(`wanted ${wanted}`);
}

export const registerExport: Register = (program, terminal, done) => {
  program
    .command('export')
    .summary('write rows of recordings to Parquet, CSV or a page')
    .description(
      'Writes what was recorded, the window that is being recorded included, to files for other programs. A file has its name when it is complete. Ends with 1 when there are no rows.',
    )
    .usage('[options] DIR… -o FILE')
    .addArgument(new Argument('<dir...>', 'data directories'))
    .addOption(
      new Option('--layout <layout>', 'a column for each metric, or a row for each value')
        .choices(LAYOUTS)
        .default('wide'),
    )
    .addOption(
      new Option('--format <format>', 'csv or html where FILE ends in it, else parquet; html is a page').choices(
        FORMATS,
      ),
    )
    .option('--from <time>', 'first time: ISO 8601, milliseconds since 1970, or -15m: before the newest row')
    .option('--to <time>', 'time at which to end, itself not included')
    .addOption(new Option('--tables <names>', 'tables, with commas').argParser(list))
    .addOption(
      new Option('--metrics <names>', 'columns or table.column, with commas; * stands for any characters').argParser(
        list,
      ),
    )
    .addOption(
      new Option('--containers <ids>', 'full ids, or their first 6 or more digits, with commas').argParser(list),
    )
    .addOption(new Option('--namespace <name>', 'Kubernetes namespace').argParser(name))
    .addOption(
      new Option('--labels <pairs>', 'labels, each key=value, with commas; all must be there').argParser(labels),
    )
    .addOption(
      new Option(
        '--max-rows <number>',
        `rows after which to cut, in order of time (default: ${DEFAULT_MAX_ROWS}; of a page ${DEFAULT_PAGE_ROWS})`,
      ).argParser(rows),
    )
    .addOption(
      new Option('--max-bytes <number>', 'bytes of a page after which to cut likewise')
        .argParser(bytes)
        .default(DEFAULT_MAX_BYTES),
    )
    .option('--view <address>', 'what a page shows first, as the address of the page has it: ?panel=…&container=…')
    .addOption(
      new Option(
        '--memory <size>',
        'memory that this program may take, such as 256MiB; what does not fit goes to files in TMPDIR',
      ).argParser(memory),
    )
    .requiredOption('-o, --output <file>', 'file to make; a directory for several; - for standard output')
    .option('--force', 'replace files that are there already')
    .option('--closed', 'leave out windows that are still being recorded')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (directories: readonly string[], options: ExportOptions) =>
      done(await run(directories, options, terminal)),
    );
};

async function run(
  directories: readonly string[],
  options: ExportOptions,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { layout, output, maxBytes } = options;
  const format = options.format ?? FORMATS.find((one) => output.toLowerCase().endsWith(`.${one}`)) ?? 'parquet';
  if (format === 'html' && layout === 'long')
    throw new UsageError('--layout: a page is made of wide tables; leave it out');
  const toStdout = output === '-';
  if (toStdout && format !== 'csv' && stdout.isTTY) {
    throw new UsageError(
      `--output: a terminal cannot show ${format === 'html' ? 'a page' : 'Parquet'}; wanted a file, a pipe, or --format csv`,
    );
  }
  const [{ runExport }, { cutWarning, reportLines }] = await Promise.all([
    import('../export/run-export.ts'),
    import('../export/report.ts'),
  ]);
  const exported = await runExport(
    {
      directories,
      openWindows: !options.closed,
      layout,
      format,
      from: options.from ?? null,
      to: options.to ?? null,
      tables: options.tables ?? null,
      metrics: options.metrics ?? null,
      containers: options.containers ?? null,
      namespace: options.namespace ?? null,
      labels: options.labels ?? null,
      maxRows: options.maxRows ?? (format === 'html' ? DEFAULT_PAGE_ROWS : DEFAULT_MAX_ROWS),
      maxBytes,
      view: options.view ?? null,
      memory: options.memory ?? null,
      output,
      force: options.force ?? false,
      version: readVersion(),
    },
    stdout,
  );
  const text = options.json ? JSON.stringify(exported) : reportLines(exported).join('\n');
  // Not between the rows.
  (toStdout ? stderr : stdout).write(`${text}\n`);
  if (exported.cut) stderr.write(`${cutWarning(exported.cut)}\n`);
  return EXIT.ok;
}
