/** What `fgm scenario export` collects from the nodes of a cluster: real viewers of real recordings, behind the server of the test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { literal } from '../../src/duckdb/sql-text.ts';
import { clusterWithRun } from './cluster-with-run.ts';

async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
  const database = await Database.open();
  try {
    const sql = `SELECT node, namespace, pod, container, min(epoch_ms(time)) AS first, max(epoch_ms(time)) AS last, count(*) AS rows,
      max(memory_current_bytes) AS memory FROM read_parquet(${literal(file)}) GROUP BY ALL`;
    return (await database.connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    database.close();
  }
}

t.test('a run in a cluster is collected from its nodes', async (t) => {
  t.setTimeout(200_000);
  const cluster = await clusterWithRun(t);
  const { root, run, pods, scenario, server } = cluster;
  t.match(await scenario('stop', run), { code: 0 });
  const { began } = JSON.parse(
    readFileSync(join(root, 'state/fine-grained-monitor/scenarios', run, 'cluster.json'), 'utf8'),
  ).run as { began: string };

  const out = join(root, 'out');
  const exported = await scenario('export', run, '-o', out);
  t.match(exported, { code: 0, stderr: '' });
  t.match(exported.stdout, / 3 nodes asked$/m);
  t.same(readdirSync(out).toSorted(), ['dashboard.json', 'node-1', 'node-2', 'run.json']);
  for (const [node, name] of Object.entries({ 'node-1': 'oom-kill', 'node-2': 'chatty' })) {
    t.same(
      readdirSync(join(out, node)).filter((file) => /^(containers|processes)/.test(file)),
      ['containers.parquet', 'processes.parquet'],
    );
    const rows = await rowsOf(join(out, node, 'containers.parquet'));
    t.match(rows, [{ node, namespace: 'shop', pod: pods.get(name), container: name }]);
    t.equal(rows.length, 1, 'only what is of the run');
    const { first, last, rows: count, memory } = rows[0]!;
    t.ok(Number(count) > 2);
    t.ok(Number(memory) > 64 * 2 ** 20);
    t.ok(Number(first) >= Date.parse(began) && Number(last) <= Date.now());
  }
  t.match(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')), { run, scenarios: ['oom-kill', 'chatty'] });
  t.match(JSON.parse(readFileSync(join(out, 'dashboard.json'), 'utf8')), { schema_version: 1, name: `Run ${run}` });

  t.match(await scenario('export', run, '-o', out), { code: 2, stderr: /is there already; --force replaces/ });
  t.match(await scenario('export', run, '-o', out, '--force'), { code: 0 });

  const pages = join(root, 'pages');
  t.match(await scenario('export', run, '-o', pages, '--format', 'html'), { code: 0, stderr: '' });
  t.same(readdirSync(pages).toSorted(), ['dashboard.json', 'node-1.html', 'node-2.html', 'run.json']);
  t.match(readFileSync(join(pages, 'node-2.html'), 'utf8'), /^<!doctype html>/i);

  // Where a viewer does not answer, that is said, and nothing half is left.
  server.proxied.delete('fgm-on-node-2:8050');
  const half = await scenario('export', run, '-o', join(root, 'half'));
  t.match(half, { code: 1, stderr: /^fgm: GET [^\n]*fgm-on-node-2[^\n]*: 503: no endpoints available[^\n]*\n$/ });
  t.notOk(readdirSync(join(root, 'half'), { recursive: true }).some((file) => String(file).endsWith('.part')));

  const elsewhere = await scenario('export', run, '-o', join(root, 'x'), '--monitor-namespace', 'default');
  t.match(elsewhere, { code: 1, stderr: /there is no running viewer in namespace default/ });
});
