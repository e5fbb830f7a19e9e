import type { CgroupSandbox } from '@fgm/testkit';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { countRecorded } from '../harness/recording.ts';
import type { AtWork, Peer } from './peer.ts';

/**
 * This recorder, told to record the containers of a sandbox: everything by default, but for page walks where nobody else reads them.
 * @param bursts whether it looks at containers ten times a second besides, as by default and as no other program does
 */
export function ours(pss: boolean, view: CgroupSandbox, bursts = true): Peer {
  const memory = ['--memory', pss ? 'rollup' : 'off'];
  const flags = ['--scope', 'containers', ...memory, '--consolidate', 'off', ...(bursts ? [] : ['--burst', 'off'])];
  return {
    name: bursts ? 'fgm' : 'fgm at 1 Hz only',
    setting: `fgm monitor ${flags.join(' ')}`,
    sample: 'a value of a metric that is not null, in a row of any table',
    missing: null,
    async start(directory, seconds): Promise<AtWork> {
      const rotation = `${Math.max(5, Math.min(90, seconds))}s`;
      const recorder = await MeasuredRecorder.start(directory, [...flags, '--rotation', rotation], view);
      return {
        cpuUsec: () => recorder.cpuUsec(),
        rssBytes: () => recorder.memory().now,
        ask: async () => {},
        async stop() {
          await recorder.stop();
          const tables = countRecorded(directory);
          const sum = (pick: (table: (typeof tables)[number]) => number): number =>
            tables.reduce((total, table) => total + pick(table), 0);
          const rows = (name: string): number => tables.find(({ table }) => table === name)!.rows;
          return {
            samples: sum(({ samples }) => samples),
            processSamples: rows('processes'),
            ticks: rows('node'),
            bytes: sum(({ bytes }) => bytes),
          };
        },
      };
    },
  };
}
