import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { asking, recorded } from './served.ts';

interface List {
  readonly containers: readonly {
    readonly id: string;
    readonly node: string;
    readonly namespace?: string;
    readonly value?: number;
  }[];
  readonly total: number;
  readonly left_out?: number;
  readonly note?: string;
}

interface Series {
  readonly points: number;
  readonly charts: readonly {
    readonly unit: string;
    readonly lines: readonly {
      readonly values: readonly (number | null)[];
      readonly min: number;
      readonly max: number;
    }[];
    readonly total: number;
    readonly left_out?: number;
  }[];
  readonly note?: string;
}

const ALL = { from: '-1h' };

t.test('a recorded node with an OOM kill', async (t) => {
  t.testdir({});
  const { client, call } = await asking(t, [await recorded(t, 'v2')], async (sql, rows) => {
    if (sql.includes('wrong')) throw new Error('Parser Error: wrong');
    return { columns: ['n'], rows: [[1]], cut: `there are more than these ${rows} rows` };
  });

  await t.test('tools say what they are', async (t) => {
    const { tools } = await client.listTools();
    t.same(
      tools.map(({ name }) => name),
      [
        'list_nodes',
        'list_metrics',
        'list_containers',
        'summarize_container',
        'get_series',
        'get_events',
        'get_processes',
        'analyze',
        'correlate',
        'query_sql',
      ],
    );
    for (const { name, description, inputSchema, annotations } of tools) {
      t.ok(description!.length > 60, name);
      t.match(inputSchema, { type: 'object', additionalProperties: false }, name);
      t.match(annotations, { readOnlyHint: true }, name);
    }
    t.match(client.getInstructions(), /Begin with list_nodes/);
  });

  await t.test('nodes, metrics and containers', async (t) => {
    const { answer: nodes, text } = await call('list_nodes');
    t.match(nodes, { state: 'ready', recording: false, latest: /^\d{4}-.*Z$/, skipped_files: 0 });
    t.same(JSON.parse(text), nodes, 'the text is the same');
    const { answer: metrics } = await call<{ metrics: { id: string }[]; total: number }>('list_metrics', {
      search: 'memory current',
      limit: 3,
    });
    t.match(metrics, { metrics: [{ id: 'containers.memory_current_bytes', limit: 'containers.memory_max_bytes' }] });
    t.match((await call('list_metrics', { search: 'xyzzy' })).answer, { total: 0, note: /no metric has all/ });
    const { answer: all } = await call<List>('list_containers', { limit: 500 });
    const { answer: two } = await call<List>('list_containers', { limit: 2 });
    t.match(two, { total: all.total, left_out: all.total - 2 });
    const named = all.containers.find(({ namespace }) => namespace !== undefined)!;
    const { answer: some } = await call<List>('list_containers', { namespace: named.namespace, node: named.node });
    t.ok(some.containers.length > 0 && some.containers.every(({ namespace }) => namespace === named.namespace));
    const { answer: top } = await call<List>('list_containers', { top: 'memory_current_bytes', by: 'max', ...ALL });
    const values = top.containers.map(({ value }) => value ?? -1);
    t.same(
      values,
      values.toSorted((a, b) => b - a),
    );
    t.match((await call('list_containers', { labels: { no: 'label' } })).answer, {
      total: 0,
      note: /no container fits/,
    });
    t.match((await call('list_containers', { node: 'elsewhere' })).failure, /unknown_node: there is no node elsewhere/);
    t.match((await call('list_containers', { labels: { 'a,b': 'c' } })).failure, /comma/);
    t.match((await call('list_containers', { top: 'nonsense' })).failure, /unknown_metric/);
  });

  const { answer: ranked } = await call<List>('list_containers', { top: 'memory_current_bytes', ...ALL });
  const container = ranked.containers.find(({ id }) => /^[0-9a-f]{64}$/.test(id))!.id;

  await t.test('series are short, and say what they are', async (t) => {
    const metrics = ['memory_current_bytes', 'cpu_stat_usage_usec'];
    const { answer } = await call<Series>('get_series', { metrics, top: 2, points: 5, ...ALL });
    t.ok(answer.points <= 6, '5, and one');
    t.match(answer.charts, [{ unit: 'bytes' }, { unit: 'ratio' }]);
    for (const { lines, total, left_out: leftOut } of answer.charts) {
      t.ok(lines.length <= 2);
      t.equal(leftOut, total - 2);
      for (const { values, min, max } of lines) {
        t.equal(values.length, answer.points);
        t.ok(values.every((value) => value === null || (value >= min && value <= max * 1.000001)));
      }
    }
    const extremes = await call('get_series', { metrics, containers: [container], points: 3, extremes: true, ...ALL });
    t.match(extremes.answer, { charts: [{ lines: [{ lowest: [], highest: [] }] }] });
    const { answer: nothing } = await call<Series>('get_series', { metrics, from: '2001-01-01', to: '2001-01-02' });
    t.match(nothing, { charts: [{ lines: [] }], note: /nothing in this range; there are data from \d{4}/ });
    const wrong: readonly (readonly [args: Record<string, unknown>, failure: RegExp])[] = [
      [{ metrics: ['nonsense'] }, /unknown_metric: metrics: there is no nonsense/],
      [{ metrics: [] }, /Invalid|Too small/i],
      [{}, /metrics/],
      [{ metrics, containers: ['ffffffffffff'] }, /unknown_container/],
      [{ metrics, containers: [] }, /containers/],
      [{ metrics, from: 'yesterday' }, /bad_request: from: wanted/],
      [{ metrics, from: '2001-01-01', to: '2010-01-01' }, /range_too_long/],
      [{ metrics, points: 1000, top: 200 }, /metrics × top × points are 400000 values, more than 20000/],
      [{ metrics, point: 3 }, /point/],
    ];
    for (const [args, failure] of wrong)
      t.match((await call('get_series', args)).failure, failure, JSON.stringify(args));
  });

  await t.test('events and processes', async (t) => {
    const { answer } = await call<{ events: { type: string; time: string }[]; total: number }>('get_events', ALL);
    t.ok(answer.events.some(({ type }) => type === 'oom_kill'));
    t.match((await call('get_events', { ...ALL, limit: 1 })).answer, {
      events: [{ severity: 'critical' }],
      left_out: answer.total - 1,
    });
    t.match((await call('get_events', { types: ['nonsense'] })).failure, /types/);
    const { answer: processes } = await call<{ processes: { pid: number; time: string }[]; total: number }>(
      'get_processes',
      { order: 'stat_rss_bytes', limit: 3 },
    );
    t.equal(processes.processes.length, Math.min(3, processes.total));
    t.match((await call('get_processes', { at: '2001-01-01' })).answer, {
      total: 0,
      note: /no process at this instant/,
    });
    t.match((await call('get_processes', { order: 'name' })).failure, /order/);
  });

  await t.test('studies', async (t) => {
    const asked = { study: 'trend', containers: [container], ...ALL };
    const { answer } = await call('analyze', { ...asked, metric: 'memory_current_bytes' });
    t.match(answer, { unit: 'bytes', lines: [{ container, mean: Number, min: Number, max: Number, findings: Array }] });
    const { answer: many } = await call<{ metrics: object[]; metrics_without_findings: string[] }>('analyze', {
      ...asked,
      metric_prefix: 'cpu_pressure_',
    });
    t.ok(many.metrics.length + many.metrics_without_findings.length > 3);
    t.match((await call('analyze', asked)).failure, /either metric or metric_prefix/);
    t.match((await call('analyze', { ...asked, metric_prefix: 'm' })).failure, /metrics begin with it/);
    t.match((await call('analyze', { ...asked, metric_prefix: 'xyzzy' })).failure, /unknown_metric/);
    t.match((await call('analyze', { ...asked, study: '../instance', metric: 'pids_current' })).failure, /study/);
    t.match(
      (await call('analyze', { ...asked, containers: [container, container], metric_prefix: 'cpu_' })).failure,
      /wanted one container/,
    );
    const { answer: together } = await call('correlate', { container, metric: 'memory_current_bytes', ...ALL });
    t.match(together, { metric: 'containers.memory_current_bytes', candidates: Number, correlations: Array });
    t.match((await call('correlate', { container, metric: 'nonsense' })).failure, /unknown_metric/);
  });

  await t.test('the summary of a container has its findings', async (t) => {
    interface Killed {
      readonly events: readonly { readonly container?: string; readonly type: string }[];
    }
    const { answer: kills } = await call<Killed>('get_events', { types: ['oom_kill'], ...ALL });
    const killed = kills.events[0]!.container!;
    const { answer } = await call('summarize_container', { container: killed, ...ALL });
    t.match(answer, {
      container: { id: killed },
      healthy: false,
      memory: { memory_current_bytes: { unit: 'bytes', max: Number } },
      events: { counts: { oom_kill: Number } },
    });
    t.match((answer as { findings: object[] }).findings[0], { severity: 'critical', what: 'oom_kill' });
    t.match((await call('summarize_container', { container: 'ffffffffffff' })).failure, /unknown_container/);
    t.match((await call('summarize_container', { container: `${killed},${container}` })).failure, /one container/);
    const past = { container: killed, from: '2001-01-01', to: '2001-01-02' };
    t.match((await call('summarize_container', past)).failure, /no_data: .* it was seen from/);
  });

  await t.test('SQL', async (t) => {
    t.same((await call('query_sql', { sql: 'SELECT 1', limit: 1 })).answer, {
      columns: ['n'],
      rows: [[1]],
      cut: 'there are more than these 1 rows',
    });
    t.equal((await call('query_sql', { sql: 'wrong' })).failure, 'Parser Error: wrong');
    t.match((await call('query_sql', { sql: 'SELECT 1', limit: 1_000_000 })).failure, /limit/);
    t.match((await call('query_sql', {})).failure, /sql/);
  });

  await t.test('hostile names are names', async (t) => {
    const names = ['&top=1', '../../etc/passwd', '%00', "'; DROP TABLE x", '#', '?', 'ab,cd', '__proto__', '😀'];
    for (const name of names) {
      t.match((await call('get_series', { metrics: [name] })).failure, /unknown_metric/, name);
      t.match((await call('get_events', { containers: [name] })).failure, /unknown_container/, name);
      t.match(
        (await call('analyze', { study: 'trend', metric: name, containers: [container] })).failure,
        /unknown_metric/,
      );
      t.ok((await call('summarize_container', { container: name })).failure, name);
      t.match((await call('list_containers', { search: name })).answer, { total: 0 }, name);
    }
    t.match((await call('list_containers', { search: '\u0000' })).failure, /search: must be without NUL/);
    t.match((await call('nonsense')).failure, /nonsense/);
    t.ok((await call('get_events', { containers: ['x'.repeat(501)] })).failure);
  });
});

t.test('without data there are failures, and no empty lists', async (t) => {
  const directory = join(t.testdir({}), 'not-there-yet');
  const { client, call } = await asking(t, [directory]);
  t.notOk((await client.listTools()).tools.some(({ name }) => name === 'query_sql'));
  t.match((await call('list_nodes')).answer, { state: 'waiting', note: /nothing is recorded/ });
  for (const name of ['list_containers', 'get_events', 'get_processes'])
    t.match((await call(name)).failure, /no_data/, name);
  t.notOk(existsSync(directory), 'nothing was made');
});
