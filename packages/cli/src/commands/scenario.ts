import { InvalidArgumentError, Option, type Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure, EXIT, UsageError } from '../failure.ts';
import type * as Actions from '../cluster/actions.ts';
import { connect, foreseen, type ClusterFlags } from '../cluster/connect.ts';
import type { Runs } from '../scenario/run-record.ts';
import type { RunFlags } from '../scenario/run-request.ts';
import type { Register, Terminal } from './command.ts';

interface LogFlags extends ClusterFlags {
  readonly run?: string;
  readonly follow?: boolean;
  readonly tail?: number;
}

interface ExportFlags extends ClusterFlags {
  readonly format: 'parquet' | 'html';
  readonly monitorNamespace?: string;
  readonly output: string;
  readonly force?: boolean;
  readonly json?: true;
}

/** Milliseconds between two looks at logs that are followed. */
const FOLLOW_MS = 300;

const EXAMPLES = `
Examples:
  fgm scenario run oom-kill --duration 1m
  fgm scenario run --all --detach --size oom=32MiB
  fgm scenario logs chatty --follow
  fgm scenario stop
  fgm scenario export 3f2a91c4 -o out/`;

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((each) => each.trim())];
}

/** Where the trouble is to be. */
function withCluster(command: Command): Command {
  return command
    .option('--local', 'on this machine, even where there is a kubeconfig')
    .option('--kubeconfig <file>', 'by default KUBECONFIG, or ~/.kube/config')
    .option('--context <name>', 'of the kubeconfig; by default its current one')
    .option('--namespace <name>', 'by default that of the context');
}

/** The parts of the commands that only a cluster needs, and the runs that are known here. */
async function clusterParts(env: Terminal['env']): Promise<{ readonly actions: typeof Actions; readonly runs: Runs }> {
  const [actions, record] = await Promise.all([import('../cluster/actions.ts'), import('../scenario/run-record.ts')]);
  return { actions, runs: new record.Runs(env) };
}

function lines(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('wanted a number of lines, from 1');
}

export const registerScenario: Register = (program, terminal, done) => {
  const scenario = program
    .command('scenario')
    .summary('have trouble on purpose, recorded')
    .description(
      'Starts containers with one kind of trouble each, and says what to look at: in the cluster of a kubeconfig, or, where there is none, on this machine, with a recorder on them. docs/scenarios.md has more.',
    )
    .addHelpText('after', EXAMPLES);
  for (const add of [addList, addRun, addStatus, addLogs, addStop, addExport, addClean]) add(scenario, terminal, done);
};

const addList: Register = (scenario, { stdout }, done) => {
  scenario
    .command('list')
    .summary('which there are')
    .description('Lists the scenarios: what happens, and the charts that show it.')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const { scenarioLines, scenariosAsJson } = await import('../scenario/scenario-list.ts');
      stdout.write(json ? `${JSON.stringify(scenariosAsJson(), null, 2)}\n` : `${scenarioLines().join('\n')}\n`);
      done(EXIT.ok);
    });
};

type OwnRunFlags = RunFlags & ClusterFlags & { readonly as?: string; readonly detach?: true; readonly image: string };

const addRun: Register = (scenario, terminal, done) => {
  withCluster(scenario.command('run'))
    .summary('start some')
    .description(
      'Starts a container for each scenario, with a recorder on them and nothing else, until the time is over or Ctrl-C. On a terminal with a live table. Nothing is left behind but the recording and the logs. Without runc or root it does what it can, and says so.',
    )
    .usage('[options] NAME…|--all')
    .argument('[name...]', 'scenarios')
    .option('--all', 'one of each')
    .option('--duration <duration>', 'how long, or off: until it is stopped', '5m')
    .option('--seed <number>', 'the same seed makes the same containers, with the same ids', '1')
    .addOption(
      new Option(
        '--size <name=value>',
        'how much of it: leak, oom, heap, crash, throttle, forks, lines, mappings',
      ).argParser(collect),
    )
    .option('--data-dir <dir>', 'takes the recording; by default beside what is known of the run')
    .option('--plain', 'processes without containers, even where these can be had')
    .option('-d, --detach', 'run in the background, and print the id of the run once it records')
    .option('--image <name>', 'of the containers in a cluster: any with a shell', 'busybox:1.37')
    .addOption(new Option('--as <id>').hideHelp())
    .action(async (names: readonly string[], flags: OwnRunFlags) => done(await run(names, flags, terminal)));
};

async function run(names: readonly string[], flags: OwnRunFlags, terminal: Terminal): Promise<number> {
  const [{ newRunId, runRequest }, { Runs }] = await Promise.all([
    import('../scenario/run-request.ts'),
    import('../scenario/run-record.ts'),
  ]);
  const request = runRequest(names, flags);
  const client = flags.as === undefined ? await connect(flags, terminal.env) : null;
  if (client !== null) {
    const { actions, runs } = await clusterParts(terminal.env);
    await foreseen(() =>
      actions.runInCluster(client, runs, request, flags, (line) => void terminal.stdout.write(`${line}\n`)),
    );
    return EXIT.ok;
  }
  const home = new Runs(terminal.env).create(flags.as ?? newRunId());
  if (!flags.detach) {
    const { runLocally } = await import('../scenario/run-locally.ts');
    try {
      return await runLocally(request, home, terminal);
    } finally {
      // It has not even begun; one that is in the background leaves what it has said to who started it.
      if (flags.as === undefined && home.read() === null) home.remove();
    }
  }
  const { runDetached } = await import('../scenario/run-detached.ts');
  const data = request.dataDirectory ?? home.data;
  const again = [...request.scenarios, '--duration', flags.duration, '--seed', flags.seed, '--data-dir', data];
  const sizes = (flags.size ?? []).flatMap((size) => ['--size', size]);
  const record = await runDetached([...again, ...sizes, ...(flags.plain ? ['--plain'] : [])], home);
  terminal.stdout.write(`${record.run}\n`);
  return EXIT.ok;
}

const addStatus: Register = (scenario, { stdout, env }, done) => {
  withCluster(scenario.command('status'))
    .summary('runs, or one of them')
    .description('Lists the runs of this user on this machine, or says all that is known of one.')
    .argument('[run]', 'its id, or the beginning of it')
    .option('--json', 'print it as JSON')
    .action(async (id: string | undefined, flags: ClusterFlags & { readonly json?: true }) => {
      const { json = false } = flags;
      const client = await connect(flags, env);
      if (client !== null) {
        const { actions } = await clusterParts(env);
        await foreseen(() => actions.statusInCluster(client, id, json, (line) => void stdout.write(`${line}\n`)));
        return done(EXIT.ok);
      }
      const [{ Runs, stateOf }, { runLines, statusLines }] = await Promise.all([
        import('../scenario/run-record.ts'),
        import('../scenario/run-status.ts'),
      ]);
      const runs = new Runs(env);
      const found = id === undefined ? runs.all() : [runs.find(id)];
      const known = found.map(({ record }) => ({ ...record, state: stateOf(record) }));
      if (json) stdout.write(`${JSON.stringify(id === undefined ? known : known[0], null, 2)}\n`);
      else if (id !== undefined) stdout.write(`${runLines(found[0]!.home, found[0]!.record, new Date()).join('\n')}\n`);
      else if (known.length > 0) stdout.write(`${statusLines(known, new Date()).join('\n')}\n`);
      else stdout.write('no runs\n');
      done(EXIT.ok);
    });
};

const addLogs: Register = (scenario, { stdout, env }, done) => {
  withCluster(scenario.command('logs'))
    .summary('what the containers of a run have written')
    .description(
      'Prints what the containers of a run have written, in the order of time: of the newest run if none is named.',
    )
    .argument('[name]', 'only this scenario')
    .option('--run <run>', 'id of a run, or the beginning of it')
    .option('-f, --follow', 'go on until the run has ended')
    .addOption(new Option('--tail <lines>', 'only the last so many of what there is').argParser(lines))
    .action(async (name: string | undefined, flags: LogFlags) => {
      const { run: id, follow = false, tail } = flags;
      const client = await connect(flags, env);
      if (client !== null) {
        const { actions } = await clusterParts(env);
        const request = { follow, tail: tail ?? null };
        await foreseen(() =>
          actions.logsInCluster(client, name, id, request, (line) => void stdout.write(`${line}\n`)),
        );
        return done(EXIT.ok);
      }
      const [{ Runs, stateOf }, { PodLogReader }, { scenarioName }] = await Promise.all([
        import('../scenario/run-record.ts'),
        import('../scenario/pod-log-lines.ts'),
        import('../scenario/run-request.ts'),
      ]);
      const runs = new Runs(env);
      const found = id === undefined ? runs.all().at(-1) : runs.find(id);
      if (found === undefined) throw new CommandFailure('there are no runs; fgm scenario run starts one');
      const { home, record } = found;
      const wanted = name === undefined ? null : scenarioName(name);
      if (wanted !== null && !record.scenarios.includes(wanted))
        throw new UsageError(`the run ${record.run} is without ${wanted}; it has ${record.scenarios.join(', ')}`);
      const reader = new PodLogReader(home.hostRoot, wanted);
      const print = (most: number): void => {
        for (const line of reader.read().slice(-most))
          stdout.write(`${line.time} ${line.scenario} ${line.pod}: ${line.text}\n`);
      };
      print(tail ?? Number.POSITIVE_INFINITY);
      const goesOn = (): boolean => follow && stateOf(home.read() ?? record) === 'running';
      while (goesOn()) {
        await pause(FOLLOW_MS);
        print(Number.POSITIVE_INFINITY);
      }
      done(EXIT.ok);
    });
};

const addStop: Register = (scenario, { stdout, env }, done) => {
  withCluster(scenario.command('stop'))
    .summary('end a run')
    .description(
      'Ends a run, the only one if none is named, and waits until nothing of it is left but its recording and its logs.',
    )
    .argument('[run]', 'its id, or the beginning of it')
    .option('--forget', 'remove the logs, too, and the recording if it lies beside them; also of a run that has ended')
    .action(async (id: string | undefined, flags: ClusterFlags & { readonly forget?: boolean }) => {
      const { forget = false } = flags;
      const client = await connect(flags, env);
      if (client !== null) {
        const { actions, runs: known } = await clusterParts(env);
        await foreseen(() => actions.stopInCluster(client, known, id, (line) => void stdout.write(`${line}\n`)));
        return done(EXIT.ok);
      }
      const [{ Runs, stateOf }, { runToStop, stopRun }] = await Promise.all([
        import('../scenario/run-record.ts'),
        import('../scenario/stop-run.ts'),
      ]);
      const found = runToStop(new Runs(env), id);
      const over = found.record.outcome !== null;
      if (!forget || !over) await stopRun(found);
      const { run: name, data_directory: data } = found.record;
      const ended = found.home.read() ?? found.record;
      if (forget) found.home.remove();
      const what = over ? '' : `${stateOf(ended) === 'killed' ? 'cleaned up after' : 'stopped'} ${name}`;
      const rest = forget ? `${name} is forgotten` : `the recording is in ${data}`;
      stdout.write(`${[what, rest].filter(Boolean).join('; ')}\n`);
      done(EXIT.ok);
    });
};

const addExport: Register = (scenario, { stdout, env }, done) => {
  withCluster(scenario.command('export'))
    .summary('write what a run has recorded to files')
    .description(
      'Writes what a run has recorded, from its beginning to its end: a directory with a Parquet file for each table, its dashboard and what is known of it; or, where the name ends in .parquet, one file in the long layout; or, with --format html, a page.',
    )
    .usage('[options] RUN -o DIR|FILE')
    .argument('<run>', 'its id, or the beginning of it')
    .requiredOption('-o, --output <path>', 'what to make')
    .addOption(
      new Option('--format <format>', 'html: a page that needs no network, with the charts of the run')
        .choices(['parquet', 'html'])
        .default('parquet'),
    )
    .option('--monitor-namespace <name>', 'where the viewers of the nodes are; by default anywhere in the cluster')
    .option('--force', 'replace files that are there already')
    .option('--json', 'print what was done as JSON')
    .action(async (id: string, flags: ExportFlags) => {
      const { output, force = false, json, format, monitorNamespace = null } = flags;
      const client = await connect(flags, env);
      if (client !== null) {
        const { actions, runs: known } = await clusterParts(env);
        const asked = { format, output, force, monitorNamespace };
        await foreseen(() =>
          actions.exportInCluster(client, known, id, asked, (line) => void stdout.write(`${line}\n`)),
        );
        return done(EXIT.ok);
      }
      const [{ Runs }, { exportRun }, { reportLines }] = await Promise.all([
        import('../scenario/run-record.ts'),
        import('../scenario/export-run.ts'),
        import('../export/report.ts'),
      ]);
      const exported = await exportRun(
        new Runs(env).find(id).record,
        output,
        force,
        format === 'html' || /\.html$/i.test(output),
        stdout,
      );
      stdout.write(`${json ? JSON.stringify(exported) : reportLines(exported).join('\n')}\n`);
      done(EXIT.ok);
    });
};

/** For the watchdog of a run. */
const addClean: Register = (scenario, _terminal, done) => {
  scenario.command('clean', { hidden: true }).action(async () => {
    const { removeLeftovers } = await import('@fgm/scenarios');
    await removeLeftovers();
    done(EXIT.ok);
  });
};
