import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../harness/eventually.ts';
import { AccountedProgram, installed, libraryPath, packaged } from './accounted-program.ts';
import type { AtWork, Kept, Peer } from './peer.ts';

const PROGRAMS = packaged('/usr/lib/pcp/bin');
const AGENTS = packaged('/usr/lib/pcp/pmdas');
const AGENT = join(AGENTS, 'proc/pmdaproc');
const NAMES = [packaged('/usr/lib/pcp/pmns/root_proc'), packaged('/usr/lib/pcp/pmns/root_pmcd')];
const CONFIGURATION = packaged('/etc/pcp.conf');

/** What the recorder records of a process too. */
const METRICS: Readonly<Record<string, string>> = {
  psinfo:
    'utime stime cutime cstime minflt maj_flt threads vsize rss processor priority rt_priority policy delayacct_blkio_time vctxsw nvctxsw',
  memory: 'size rss share textrss datrss vmpeak vmhwm vmswap vmlock vmpin vmdata vmstack vmexe vmlib vmpte',
  io: 'rchar wchar syscr syscw read_bytes write_bytes cancelled_write_bytes',
  schedstat: 'cpu_time run_delay pcount',
};
const PSS_METRICS =
  'rss pss private_clean private_dirty shared_clean shared_dirty referenced anonymous swap swappss locked';

function loggerConfig(pss: boolean): string {
  const groups = Object.entries({ ...METRICS, ...(pss && { smaps: PSS_METRICS }) });
  const names = groups.flatMap(([group, list]) => list.split(' ').map((name) => `  proc.${group}.${name}\n`));
  return `log mandatory on 1 sec {\n${names.join('')}}\n`;
}

/** pmcd with its agent for processes, and pmlogger: nothing of them starts by itself, what they write is in a directory of ours. */
export function pcp(pss: boolean): Peer {
  const [logger, dump] = [installed('pmlogger'), installed('pmdumplog')];
  const complete =
    logger !== null &&
    dump !== null &&
    [join(PROGRAMS, 'pmcd'), AGENT, CONFIGURATION, ...NAMES].every((path) => existsSync(path));
  return {
    name: 'pcp',
    setting: `pmcd with pmdaproc, pmlogger once a second, ${Object.values(METRICS).join(' ').split(' ').length + (pss ? PSS_METRICS.split(' ').length : 0)} metrics of each process`,
    sample: 'a value of a proc metric, a line of pmdumplog',
    missing: complete ? null : 'pcp',
    async start(directory): Promise<AtWork> {
      mkdirSync(directory, { recursive: true });
      const at = (name: string): string => join(directory, name);
      const socket = at('socket');
      const env = {
        ...libraryPath(),
        PCP_CONF: CONFIGURATION,
        PCP_BINADM_DIR: PROGRAMS,
        PCP_PMDAS_DIR: AGENTS,
        PCP_RUN_DIR: directory,
        PCP_LOG_DIR: directory,
        PCP_TMP_DIR: directory,
      };
      const whole = { ...process.env, ...env };
      execFileSync(join(PROGRAMS, 'pmnsmerge'), [...NAMES, at('names')], { stdio: 'ignore', env: whole });
      writeFileSync(
        at('pmcd.conf'),
        `pmcd 2 dso pmcd_init ${AGENTS}/pmcd/pmda_pmcd.so\nproc 3 pipe binary ${AGENT} -d 3\n`,
      );
      writeFileSync(at('logger.conf'), loggerConfig(pss));
      const program = new AccountedProgram();
      const collector = ['-f', '-A', '-n', at('names'), '-c', at('pmcd.conf'), '-s', socket, '-i', '127.0.0.1'];
      program.start(
        [join(PROGRAMS, 'pmcd'), ...collector, '-l', at('pmcd.log'), '-x', at('pmcd.err'), '-U', 'root'],
        'ignore',
        env,
      );
      await eventually('pmcd listens', () => existsSync(socket));
      program.start(
        [logger!, '-h', `unix:${socket}`, '-c', at('logger.conf'), '-l', at('logger.log'), '-U', 'root', at('archive')],
        'ignore',
        env,
      );
      return {
        cpuUsec: () => program.cpuUsec(),
        rssBytes: () => program.rssBytes(),
        ask: async () => {},
        async stop() {
          await program.stop();
          const files = readdirSync(directory).filter((name) => name.startsWith('archive.'));
          return {
            ...(await keptIn(dump!, at('archive'), whole)),
            bytes: files.reduce((sum, name) => sum + statSync(at(name)).size, 0),
          };
        },
      };
    },
  };
}

/** `pmdumplog` prints a line for each value, in a paragraph for each fetch, with a paragraph of its own for what pmlogger says of itself. */
async function keptIn(dump: string, archive: string, env: NodeJS.ProcessEnv): Promise<Omit<Kept, 'bytes'>> {
  const child = spawn(dump, [archive], { stdio: ['ignore', 'pipe', 'ignore'], env });
  const ended = once(child, 'exit');
  const instants = new Set<string>();
  let [samples, processSamples, time] = [0, 0, ''];
  let metric = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^\d\d:\d\d:\d\d\.\d+ /.test(line)) time = line.slice(0, 15);
    const named = /^ +\d+\.\d+\.\d+ \(([^)]+)\)/.exec(line);
    if (named !== null) metric = named[1]!;
    if (!metric.startsWith('proc.') || !line.includes('] value ')) continue;
    samples++;
    if (metric === 'proc.psinfo.utime') processSamples++;
    instants.add(time);
  }
  await ended;
  return { samples, processSamples, ticks: instants.size };
}
