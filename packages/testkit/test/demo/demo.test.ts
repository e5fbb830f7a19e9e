import { join } from 'node:path';
import t from 'tap';
import { SCENARIO_NAMES, scenario, type ScenarioName } from '@fgm/scenarios';
import { canCompile, whyNot } from '../../src/index.ts';
import { query, startDemo, traces, type Row } from './demo-process.ts';

const noCompiler = !canCompile() && 'no C compiler on this machine';

/** What each scenario must leave in the recording of a short demonstration, with small sizes. */
const EXPECTED: Readonly<Record<ScenarioName, (row: Row) => boolean>> = {
  'memory-leak': ({ bytes_per_minute: slope, r2 }) =>
    Number(slope) > 0.8 * LEAK && Number(slope) < 1.2 * LEAK && Number(r2) > 0.95,
  'oom-kill': ({ kills, limit_bytes: limit }) => Number(kills) >= 2 && Number(limit) === OOM,
  'crash-loop': ({ lives, restarts, exit_code: code }) =>
    Number(lives) >= 3 && Number(restarts) >= 2 && Number(code) === 3,
  'cpu-throttling': ({ throttled_usec: usec }) => Number(usec) > 1_000_000,
  'fork-storm': ({ processes }) => Number(processes) > 50,
  chatty: ({ bytes_per_second: rate }) => Number(rate) > 2000,
  'large-heap': ({ bytes, pss }) => Number(bytes) >= HEAP && Number(pss) >= HEAP * 0.9,
  'many-mappings': ({ regions }) => Number(regions) > 300,
  steady: ({ least, most }) => Number(most) >= 5 && Number(most) > 1.5 * Number(least),
  idle: ({ millicores }) => Number(millicores) < 5,
};
const [LEAK, OOM, HEAP] = [48 << 20, 32 << 20, 64 << 20];
const SIZES = ['--leak', `${LEAK}`, '--oom', `${OOM}`, '--heap', `${HEAP}`, '--crash', '2', '--mappings', '300'];

t.test('every scenario is seen in the recording', { skip: whyNot('runc') || noCompiler }, async (t) => {
  const directory = join(t.testdir(), 'data');
  const demo = startDemo(t, ['--minutes', '0.6', '--containers', '12', '--data-dir', directory, ...SIZES]);
  await demo.ended;
  t.equal(demo.process.exitCode, 0, demo.output());
  t.same(traces(demo.process.pid!), [], 'nothing is left');
  for (const name of SCENARIO_NAMES) {
    const rows = await query(directory, scenario(name).sql);
    const seen = rows.length > 0 && rows.every((row) => EXPECTED[name](row));
    t.ok(seen, `${name}: ${JSON.stringify(rows)}`);
    t.match(demo.output(), `# ${name}: `);
  }
  const [pod] = await query(
    directory,
    `SELECT DISTINCT namespace, qos, cgroup LIKE '/kubepods/%' AS real FROM containers WHERE container = 'chatty'`,
  );
  t.same(pod, { namespace: 'payments', qos: 'BestEffort', real: true }, 'with the names and the path of a node');
});
