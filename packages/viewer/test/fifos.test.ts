/** A FIFO with the name of a file has no end, and without a writer not even a beginning: nobody may wait for it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { appOf, ask, recorded } from './recorded.ts';

t.test('FIFOs in place of the index and of a file', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v1', 20_000);
  const [file] = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/containers-'))
    .toSorted();
  for (const name of ['index.json', file!]) {
    rmSync(join(directory, name));
    execFileSync('mkfifo', [join(directory, name)]);
  }
  const app = await appOf(t, [directory]);
  const { status, body } = await ask<{ charts: { total: number }[] }>(
    app,
    'timeseries?metrics=pids_current&from=-1h&points=10000',
  );
  t.equal(status, 200);
  t.ok(body.charts[0]!.total > 0, 'the others are shown');
});
