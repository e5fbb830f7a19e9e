/** What the API says of values over time is what stands in the files, by another reader and by the plainest way to put it together. */
import { tableFromIPC } from 'apache-arrow';
import t, { type Test } from 'tap';
import { csvOf } from '../src/http/csv.ts';
import { appOf, ask, recorded, rowsOf, type Row } from './recorded.ts';

interface Answer {
  readonly from: number;
  readonly step: number;
  readonly buckets: number;
  readonly charts: readonly {
    readonly metric: string;
    readonly unit: string | null;
    readonly total: number;
    readonly lines: readonly {
      readonly container: string | null;
      readonly keys: Readonly<Record<string, string | null>>;
      readonly values: readonly (number | null)[];
      readonly lowest?: readonly (number | null)[];
      readonly highest?: readonly (number | null)[];
    }[];
  }[];
}

function msOf(row: Row): number {
  return (row['time'] as Date).getTime();
}

/** Rows are read to the microsecond, and so are tests. */
function extent(rows: readonly Row[]): { readonly from: number; readonly to: number } {
  const times = rows.map(msOf);
  return { from: Math.floor(Math.min(...times) / 1000) * 1000, to: Math.max(...times) + 1000 };
}

function close(t: Test, found: readonly (number | null)[], wanted: readonly (number | null)[], what: string): void {
  t.equal(found.length, wanted.length, what);
  const wrong = wanted.findIndex((value, at) => {
    const other = found[at]!;
    if (value === null || other === null) return value !== other;
    return Math.abs(other - value) > 1e-7 * Math.max(1, Math.abs(value));
  });
  t.equal(wrong, -1, `${what}: bucket ${wrong} wanted ${wanted[wrong]}, found ${found[wrong]}`);
}

t.test('gauges of containers, each row its own bucket', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2', 20_000);
  const rows = (await rowsOf(directory, 'containers')).filter((row) => row['memory_current_bytes'] !== null);
  const { from, to } = extent(rows);
  const app = await appOf(t, [directory]);
  const { status, body } = await ask<Answer>(
    app,
    `timeseries?metrics=memory_current_bytes&from=${from}&to=${to}&points=10000`,
  );
  t.equal(status, 200);
  t.equal(body.step, 5000);
  t.equal(body.charts[0]!.unit, 'bytes');
  const byContainer = Map.groupBy(rows, (row) => row['container_id'] as string);
  t.ok(byContainer.size > 5, `${byContainer.size} containers`);
  t.same(new Set(body.charts[0]!.lines.map(({ container }) => container)), new Set(byContainer.keys()));
  for (const { container, values } of body.charts[0]!.lines) {
    const wanted = Array.from({ length: body.buckets }, (): number | null => null);
    const sums = new Map<number, number[]>();
    for (const row of byContainer.get(container!)!) {
      const at = Math.floor((msOf(row) - body.from) / body.step);
      sums.set(at, [...(sums.get(at) ?? []), Number(row['memory_current_bytes'])]);
    }
    for (const [at, all] of sums) wanted[at] = all.reduce((a, b) => a + b) / all.length;
    close(t, values, wanted, container!);
  }
});

t.test('counters as their change in a second, never below nothing', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'hybrid', 15_000);
  const rows = await rowsOf(directory, 'containers');
  const { from, to } = extent(rows);
  const app = await appOf(t, [directory]);
  const { body } = await ask<Answer>(app, `timeseries?metrics=cpu_stat_usage_usec&from=${from}&to=${to}&points=10000`);
  t.equal(body.charts[0]!.unit, 'ratio');
  let changes = 0;
  for (const { container, values } of body.charts[0]!.lines) {
    const own = rows.filter((row) => row['container_id'] === container && row['cpu_stat_usage_usec'] !== null);
    own.sort((a, b) => msOf(a) - msOf(b));
    const wanted = new Map<number, number[]>();
    for (const [at, row] of own.entries()) {
      if (at === 0) continue;
      const change = Number(row['cpu_stat_usage_usec']) - Number(own[at - 1]!['cpu_stat_usage_usec']);
      const seconds = (msOf(row) - msOf(own[at - 1]!)) / 1000;
      if (change < 0 || seconds <= 0) continue;
      const bucket = Math.floor((msOf(row) - body.from) / body.step);
      wanted.set(bucket, [...(wanted.get(bucket) ?? []), change / seconds / 1e6]);
    }
    for (const [bucket, rates] of wanted) {
      const mean = rates.reduce((a, b) => a + b) / rates.length;
      // The other reader has times to the millisecond only.
      if (Math.abs(values[bucket]! - mean) > 0.003 * Math.max(0.01, mean) + 1e-9) {
        t.fail(`${container} bucket ${bucket}: wanted ${mean}, found ${values[bucket]}`);
      }
      changes++;
    }
    t.ok(values.every((value) => value === null || value >= 0));
  }
  t.ok(changes > 100, `${changes} changes`);
  const { body: raw } = await ask<Answer>(
    app,
    `timeseries?metrics=cpu_stat_usage_usec&from=${from}&to=${to}&raw=true&points=10000`,
  );
  t.equal(raw.charts[0]!.unit, 'usec');
});

t.test('processes of a container together are the sum of each', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const rows = await rowsOf(directory, 'processes');
  const { from, to } = extent(rows);
  const app = await appOf(t, [directory]);
  const range = `from=${from}&to=${to}&points=10000`;
  const { body: each } = await ask<Answer>(app, `timeseries?metrics=stat_rss_bytes&group=each&${range}`);
  const { body: sums } = await ask<Answer>(app, `timeseries?metrics=stat_rss_bytes&${range}`);
  const { body: all } = await ask<Answer>(app, `timeseries?metrics=stat_rss_bytes&group=all&${range}`);
  const lines = each.charts[0]!.lines;
  const things = new Set(
    rows.map((row) => `${row['container_id'] as string} ${row['pid'] as bigint} ${row['start_time'] as bigint}`),
  );
  t.equal(
    new Set(lines.map(({ container, keys }) => `${container} ${keys['pid']} ${keys['start_time']}`)).size,
    things.size,
  );
  const total = (list: typeof lines): (number | null)[] =>
    Array.from({ length: each.buckets }, (_, at) => {
      const values = list.map(({ values: own }) => own[at]!).filter((value) => value !== null);
      return values.length === 0 ? null : values.reduce((a, b) => a + b);
    });
  for (const { container, values } of sums.charts[0]!.lines) {
    close(t, values, total(lines.filter((line) => line.container === container)), container!);
  }
  t.equal(all.charts[0]!.lines.length, 1);
  close(t, all.charts[0]!.lines[0]!.values, total(lines), 'all');
});

t.test('what comes and goes within a bucket counts for the ticks that it was there', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'churn');
  const rows = (await rowsOf(directory, 'processes')).filter((row) => row['stat_rss_bytes'] !== null);
  const { from, to } = extent(rows);
  const app = await appOf(t, [directory]);
  for (const group of ['all', 'container']) {
    const { body } = await ask<Answer>(
      app,
      `timeseries?metrics=stat_rss_bytes&group=${group}&from=${from}&to=${to}&points=8`,
    );
    t.ok(body.step >= 30_000, `${body.step} ms`);
    for (const { container, values } of body.charts[0]!.lines) {
      const own = container === null ? rows : rows.filter((row) => row['container_id'] === container);
      const ticks = Map.groupBy(own, (row) => Math.floor(msOf(row) / 1000));
      const wanted = Array.from({ length: body.buckets }, (_, at) => {
        const start = body.from + at * body.step;
        const sums = [...ticks]
          .filter(([tick]) => tick * 1000 >= start && tick * 1000 < start + body.step)
          .map(([, all]) => all.reduce((sum, row) => sum + Number(row['stat_rss_bytes']), 0));
        return sums.length === 0 ? null : sums.reduce((a, b) => a + b) / sums.length;
      });
      close(t, values, wanted, `${group} ${container}`);
    }
  }
});

t.test('regions of a container by their mapping, and by their process', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'hybrid');
  const rows = (await rowsOf(directory, 'mappings')).filter((row) => row['smaps_rss_bytes'] !== null);
  const { from, to } = extent(rows);
  const app = await appOf(t, [directory]);
  for (const [group, columns] of [
    ['mapping', ['mapping']],
    ['process', ['pid', 'start_time']],
  ] as const) {
    const question = `timeseries?metrics=mappings.smaps_rss_bytes&group=${group}&from=${from}&to=${to}&points=10000`;
    const { body } = await ask<Answer>(app, question);
    const nameOf = (row: Row): string =>
      [row['container_id'], ...columns.map((column) => row[column])].map(String).join(' ');
    const wanted = Map.groupBy(rows, nameOf);
    t.ok(wanted.size > 5 && wanted.size < rows.length / 5, `${wanted.size} lines of ${rows.length} rows`);
    const { lines } = body.charts[0]!;
    t.same(
      new Set(lines.map(({ container, keys }) => [container, ...Object.values(keys)].join(' '))),
      new Set(wanted.keys()),
    );
    for (const { container, keys, values } of lines) {
      const name = [container, ...Object.values(keys)].join(' ');
      const sums = Array.from({ length: body.buckets }, (): number | null => null);
      for (const row of wanted.get(name)!) {
        const at = Math.floor((msOf(row) - body.from) / body.step);
        sums[at] = (sums[at] ?? 0) + Number(row['smaps_rss_bytes']);
      }
      close(t, values, sums, name);
    }
  }
  t.match(await ask(app, 'timeseries?metrics=processes.stat_rss_bytes&group=device'), {
    status: 400,
    body: { error: { code: 'bad_request', message: /^group: processes.stat_rss_bytes is of no device/ } },
  });
});

t.test('fewer buckets than rows keep every peak', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const rows = (await rowsOf(directory, 'containers')).filter((row) => row['memory_current_bytes'] !== null);
  const { from, to } = extent(rows);
  const app = await appOf(t, [directory]);
  const { body } = await ask<Answer>(app, `timeseries?metrics=memory_current_bytes&from=${from}&to=${to}&points=4`);
  t.ok(body.buckets <= 5, `${body.buckets} buckets`);
  for (const { container, values, lowest, highest } of body.charts[0]!.lines) {
    const own = rows
      .filter((row) => row['container_id'] === container)
      .map((row) => Number(row['memory_current_bytes']));
    const present = (list: readonly (number | null)[]): number[] => list.filter((value) => value !== null);
    t.equal(Math.max(...present(highest ?? values)), Math.max(...own), 'the highest');
    t.equal(Math.min(...present(lowest ?? values)), Math.min(...own), 'the lowest');
  }
});

t.test('only the greatest, and how many there are', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const { from, to } = extent(await rowsOf(directory, 'containers'));
  const app = await appOf(t, [directory]);
  const { body } = await ask<Answer>(app, `timeseries?metrics=memory_current_bytes&from=${from}&to=${to}`);
  const { body: top } = await ask<Answer>(app, `timeseries?metrics=memory_current_bytes&from=${from}&to=${to}&top=3`);
  const mean = (values: readonly (number | null)[]): number => {
    const present = values.filter((value) => value !== null);
    return present.reduce((a, b) => a + b, 0) / present.length;
  };
  const means = body.charts[0]!.lines.map(({ values }) => mean(values)).sort((a, b) => b - a);
  t.equal(top.charts[0]!.total, body.charts[0]!.lines.length);
  t.same(
    top.charts[0]!.lines.map(({ values }) => Math.round(mean(values))),
    means.slice(0, 3).map(Math.round),
  );
});

t.test('containers by the start of their id, by their node, and together', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const rows = await rowsOf(directory, 'containers');
  const { from, to } = extent(rows);
  const id = rows.find((row) => /^[0-9a-f]{64}$/.test(row['container_id'] as string))!['container_id'] as string;
  const node = rows[0]!['node'] as string;
  const app = await appOf(t, [directory]);
  const range = `from=${from}&to=${to}`;
  for (const name of [id, id.slice(0, 12), `${node}:${id.slice(0, 12)}`]) {
    const { body } = await ask<Answer>(app, `timeseries?metrics=pids_current&containers=${name}&${range}`);
    t.same(
      body.charts[0]!.lines.map(({ container }) => container),
      [id],
      name,
    );
  }
  const { body } = await ask<Answer>(
    app,
    `timeseries?metrics=pids_current,memory_current_bytes&containers=${id},/&${range}`,
  );
  t.equal(body.charts.length, 2);
});

t.test('the same as CSV, in which no name is more than a name', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const { from, to } = extent(await rowsOf(directory, 'containers'));
  const app = await appOf(t, [directory]);
  const question = `timeseries?metrics=memory_current_bytes&from=${from}&to=${to}`;
  const { body } = await ask<Answer>(app, question);
  const { body: csv, headers } = await app.inject(`/api/v1/${question}&format=csv`);
  t.match(headers['content-type'], /^text\/csv/);
  const lines = csv
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  t.equal(lines.length, body.buckets + 1);
  t.equal(lines[0]!.length, body.charts[0]!.lines.length + 1);
  for (const [at, line] of body.charts[0]!.lines.entries()) {
    t.ok(lines[0]![at + 1]!.endsWith(line.container!));
    const wanted = line.values.map((value) => (value === null ? '' : String(value)));
    t.same(
      lines.slice(1).map((cells) => cells[at + 1]),
      wanted,
    );
  }
  t.match(await ask(app, 'timeseries?metrics=memory_current_bytes,pids_current&format=csv'), {
    status: 400,
    body: { error: { message: /one by one/ } },
  });
});

t.test('the same for Arrow, with a row for each value', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const app = await appOf(t, [directory]);
  for (const question of [
    'timeseries?metrics=memory_current_bytes,pids_current',
    'timeseries?metrics=processes.stat_rss_bytes,memory_current_bytes&group=each&points=7',
    'timeseries?metrics=processes.stat_rss_bytes&group=all',
    'timeseries?metrics=memory_current_bytes&from=2020-01-01&to=2020-01-02',
  ]) {
    const { body } = await ask<Answer>(app, question);
    const { rawPayload, headers } = await app.inject(`/api/v1/${question}&format=arrow`);
    t.equal(headers['content-type'], 'application/vnd.apache.arrow.stream');
    const table = tableFromIPC(rawPayload);
    const wanted = body.charts.flatMap(({ metric, lines }) =>
      lines.flatMap(({ container, keys, values, lowest, highest }) =>
        values.flatMap((value, at) =>
          value === null
            ? []
            : [
                {
                  time: body.from + at * body.step,
                  metric,
                  container,
                  pid: keys['pid'] ?? null,
                  value,
                  lowest: lowest?.[at] ?? null,
                  highest: highest?.[at] ?? null,
                },
              ],
        ),
      ),
    );
    const found = table.toArray().map((row: Row) => ({
      time: Number(row['time']),
      metric: row['metric'],
      container: row['container'],
      pid: row['pid'] ?? null,
      value: row['value'],
      lowest: row['lowest'],
      highest: row['highest'],
    }));
    t.same(found, wanted, question);
    t.equal(table.schema.metadata.get('step'), String(body.step));
  }
});

t.test('cells that a spreadsheet would take for something else', (t) => {
  t.equal(
    csvOf(
      ['a', '=1+1'],
      [
        ['x,y', 'say "no"'],
        ['@cmd', null],
        ['line\nfeed', -1.5],
      ],
    ),
    'a,\'=1+1\r\n"x,y","say ""no"""\r\n\'@cmd,\r\n"line\nfeed",-1.5\r\n',
  );
  t.end();
});

t.test('a range that begins before the newest data is another one when there are newer ones', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v1');
  const { from, to } = extent(await rowsOf(directory, 'containers'));
  const app = await appOf(t, [directory]);
  const path = `/api/v1/timeseries?metrics=memory_current_bytes&to=${to - 2000}`;
  t.type((await app.inject(`${path}&from=${from}`)).headers['etag'], 'string');
  const relative = await app.inject(`${path}&from=-1h`);
  t.equal(relative.statusCode, 200);
  t.equal(relative.headers['etag'], undefined);
});

t.test('a thousand containers can be chosen', async (t) => {
  t.testdir({});
  const app = await appOf(t, [await recorded(t, 'v1')]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  type List = { containers: { key: string; node: string }[] };
  const { body } = await ask<List>(app, 'containers?limit=1');
  const { key, node } = body.containers[0]!;
  const name = `${node}:${key.padEnd(12, '0')}`;
  const names = [`${node}:${key}`, ...Array.from({ length: 999 }, () => name)].join(',');
  const path = `${url}/api/v1/timeseries?metrics=memory_current_bytes&containers=${encodeURIComponent(names)}`;
  const answer = await fetch(path);
  t.match(
    await answer.json(),
    { error: { code: 'unknown_container' } },
    'it is looked for, not refused for its length',
  );
});
