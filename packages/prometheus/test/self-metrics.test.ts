/** What a recorder and a viewer tell of themselves, against its document and promtool's rules for good metrics. */
import { FakeTree, hasProgram } from '@fgm/testkit';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { format, resolveConfig } from 'prettier';
import { FgmProcess } from '../../agent/test/harness/fgm-process.ts';
import { until } from '../../agent/test/harness/recording.ts';
import { parseExposition, type Described } from '../src/index.ts';
import { WITH_US } from './harness/recorder.ts';
import { selfMetricsDocument, SELF_METRICS_DOC } from './harness/self-metrics-doc.ts';
import { askViewer, startViewer } from './harness/viewer.ts';

const MOST_SERIES = 300;
const PATIENCE_MS = 120_000;

async function scrape(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** Counters that move when nothing is wrong. Of those of the viewer, when it is asked something. */
const MOVING = {
  recorder: [
    'fgm_ticks_total',
    'fgm_reads_total',
    'fgm_rows_sampled_total',
    'fgm_rows_written_total',
    'fgm_values_written_total',
    'fgm_spool_bytes_written_total',
    'fgm_parquet_bytes_written_total',
    'fgm_file_rotations_total',
    'fgm_encode_seconds_total',
    'process_cpu_seconds_total',
  ],
  viewer: [
    'fgm_viewer_requests_total',
    'fgm_viewer_sent_bytes_total',
    'fgm_viewer_queries_total',
    'fgm_viewer_problems_total',
    'process_cpu_seconds_total',
  ],
};

/** A recorder that asks everything that there is to ask. */
async function startRecorder(t: Test): Promise<FgmProcess> {
  const root = t.testdir();
  const tree = new FakeTree(join(root, 'machine'), { containers: 2, processes: 1 });
  // One file that is not what it should be, so that there is an error to be counted.
  const spoiled = join(tree.containers[1]!.processes[0]!.directory, 'io');
  rmSync(spoiled);
  mkdirSync(spoiled);
  const work = setInterval(() => tree.tick(1), 100);
  t.teardown(() => clearInterval(work));
  const roots = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', root];
  const pace = ['--interval', '100ms', '--rotation', '1s', '--consolidate', 'off'];
  const prefix = hasProgram('setpriv') ? WITH_US : [];
  return FgmProcess.start(t, join(root, 'data'), [...roots, ...pace, '--kubernetes-api', 'on'], { prefix });
}

function totals(metrics: readonly Described[], names: readonly string[]): number[] {
  return names.map((name) => metrics.find((metric) => metric.name === name)?.total ?? Number.NaN);
}

/** Waits until its counters have moved, and looks at all that it tells. */
async function look(t: Test, which: keyof typeof MOVING, url: string, viewer: string): Promise<readonly Described[]> {
  let before: number[] | null = null;
  await until(
    `counters of the ${which} move`,
    async () => {
      await askViewer(viewer);
      const now = totals(parseExposition(await scrape(url)), MOVING[which]);
      before ??= now;
      return now.every((total, index) => total > before![index]!);
    },
    PATIENCE_MS,
  );
  const text = await scrape(url);
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.ok(series.length > 20 && series.length < MOST_SERIES, `${which}: ${series.length} series`);
  const metrics = parseExposition(text);
  const labels = metrics.flatMap((metric) => metric.labels);
  t.notOk(
    labels.some((label) => /pod|container|pid/.test(label)),
    `${which}: no label of what is recorded`,
  );
  if (hasProgram('promtool')) {
    // With nothing to say it says nothing.
    t.equal(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: 'pipe' }), '');
  } else t.comment('promtool is not installed: the metrics were not linted');
  return metrics;
}

/** All that a recorder tells, and a viewer of what it records. */
async function lookAtBoth(t: Test): Promise<readonly [readonly Described[], readonly Described[]]> {
  const fgm = await startRecorder(t);
  try {
    const viewer = await startViewer(t, fgm.directory);
    const hasData = async (): Promise<boolean> => !(await (await fetch(`${viewer}/readyz`)).text()).includes('no data');
    await until('there are data', hasData, PATIENCE_MS);
    return [await look(t, 'recorder', fgm.url, viewer), await look(t, 'viewer', viewer, viewer)];
  } finally {
    await fgm.kill();
  }
}

t.test('the metrics of both', async (t) => {
  const [ofRecorder, ofViewer] = await lookAtBoth(t);
  const document = await format(
    selfMetricsDocument([
      {
        title: 'The recorder',
        where:
          'At `--listen`, `http://127.0.0.1:9464/metrics` unless set. `fgm_kubernetes_…` are there only with `--kubernetes-api on`.',
        metrics: ofRecorder,
      },
      {
        title: 'The viewer',
        where: 'At its own address, `http://127.0.0.1:8050/metrics` unless set.',
        metrics: ofViewer,
      },
    ]),
    { ...(await resolveConfig(SELF_METRICS_DOC)), parser: 'markdown' },
  );
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(SELF_METRICS_DOC, document);
  t.equal(readFileSync(SELF_METRICS_DOC, 'utf8'), document, 'the document has each of them, as it describes itself');
});
