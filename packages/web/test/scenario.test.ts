/** The page of a run of scenarios, in a file without a network: of this machine, and of a node of a cluster. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scenario } from '@fgm/scenarios';
import { whyNot } from '@fgm/testkit';
import t from 'tap';
import { bench } from '../../cli/test/scenario/bench.ts';
import { clusterWithRun } from '../../cli/test/scenario/cluster-with-run.ts';
import { drawn, noBrowser, open, picture, serious } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 240_000 } as const;

t.test('a run on this machine', EVERYTHING, async (t) => {
  const { root, scenario: fgm } = bench(t);
  const wanted = ['chatty', 'steady', 'memory-leak'] as const;
  // Containers where they can be had: else their processes are among all of the machine.
  const place = whyNot('runc') === false ? [] : ['--plain'];
  const begun = await fgm('run', ...wanted, ...place, '--detach', '--duration', '20s', '--size', 'leak=600MiB');
  t.equal(begun.code, 0, begun.stderr);
  const run = begun.stdout.trim();
  while ((await fgm('status')).stdout.includes(' running ')) await pause(1000);
  const file = join(root, 'run.html');
  t.match(await fgm('export', run, '-o', file, '--format', 'html'), { code: 0, stderr: '' });
  const { page, faults } = await open(t, `file://${file}`, '', { offline: true });
  await drawn(page);
  await picture(page, 'scenario');
  const panels = new Set(wanted.flatMap((name) => Object.keys(scenario(name).panels)));
  t.equal(await page.locator('.panel').count(), panels.size, 'the charts of its scenarios');
  const named = (await page.locator('.containers li').allTextContents()).join('\n');
  if (place.length === 0) for (const name of wanted) t.ok(named.includes(`/${name}`), name);
  t.same(faults, []);
  t.same(await serious(page), []);
});

t.test('a run in a cluster, as one of its nodes has it', EVERYTHING, async (t) => {
  const { root, run, pods, scenario: fgm } = await clusterWithRun(t);
  const pages = join(root, 'pages');
  t.match(await fgm('export', run, '-o', pages, '--format', 'html'), { code: 0, stderr: '' });
  const { page, faults } = await open(t, `file://${join(pages, 'node-2.html')}`, '', { offline: true });
  await drawn(page);
  await picture(page, 'scenario-node');
  const named = await page.locator('.containers li').allTextContents();
  t.equal(named.length, 1, named.join());
  t.match(named[0], pods.get('chatty'));
  t.same(faults, []);
});
