/** A real recorder and a viewer beside it, each a process of its own. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { fgm, startFgm, urlOf, type Running } from '../fgm-process.ts';

interface Chart {
  readonly from: number;
  readonly step: number;
  readonly charts: readonly {
    readonly lines: readonly { readonly container: string; readonly values: readonly (number | null)[] }[];
  }[];
}

/** Of a recorder that has as little to do as can be. */
const LITTLE = ['--scope', 'all', '--listen', 'off', '--memory', 'off'];

/** A socket's path has to be short: not below the checkout. */
function dataDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'fgm-view-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'data');
}

async function ask<T>(url: string, path: string): Promise<T> {
  const answer = await fetch(`${url}/api/v1/${path}`);
  const body = (await answer.json()) as T & { readonly error?: object };
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body;
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await look()) return;
    await pause(50);
  }
  throw new Error(`never: ${what}`);
}

t.test('the newest row is seen within a moment, and stays what it was when its window is closed', async (t) => {
  const directory = dataDirectory(t);
  const viewer = startFgm(t, ['view', directory, '--listen', '127.0.0.1:0']);
  const url = await urlOf(viewer);
  t.match(await ask(url, 'instance'), { state: 'waiting' });
  const recorder = startFgm(t, ['monitor', '--output-dir', directory, ...LITTLE]);
  await until('there are rows', async () => (await ask<{ recording: boolean }>(url, 'instance')).recording);
  const lags: number[] = [];
  const path = 'timeseries?metrics=node.stat_cpu_user_usec&raw=true&from=-1m&points=10000';
  const newest = ({ from, step, charts }: Chart): number => {
    const values = charts[0]?.lines[0]?.values ?? [];
    return from + step * values.findLastIndex((value) => value !== null);
  };
  await until('there are rows of the node', async () => {
    const answer = await fetch(`${url}/api/v1/${path}`);
    return answer.ok && ((await answer.json()) as Chart).charts[0]!.lines.length > 0;
  });
  for (let looks = 0; looks < 20; looks++) {
    // The start of its second: it was read after that.
    lags.push(Date.now() - newest(await ask<Chart>(url, path)));
    await pause(100);
  }
  lags.sort((a, b) => a - b);
  t.ok(lags[lags.length >> 1]! < 2_000, `the newest row is of ${lags.join(', ')} ms before`);
  const before = await ask<Chart>(url, path);
  recorder.process.kill('SIGTERM');
  t.match(await recorder.ended, { code: 0 });
  const after = await ask<Chart>(
    url,
    `timeseries?metrics=node.stat_cpu_user_usec&raw=true&from=${before.from}&points=10000`,
  );
  const values = before.charts[0]!.lines[0]!.values;
  const same = after.charts[0]!.lines[0]!.values.slice(0, values.length);
  // The second that was not over yet may have got another row since.
  t.same(same.slice(0, -2), values.slice(0, -2), 'what was seen is in the files');
  t.match(await ask(url, 'instance'), { state: 'ready' });
  viewer.process.kill('SIGTERM');
  t.match(await viewer.ended, { code: 0, stderr: '' });
});

t.test('news of rows come by themselves', async (t) => {
  const directory = dataDirectory(t);
  const viewer = startFgm(t, ['view', directory, '--listen', '127.0.0.1:0']);
  const url = await urlOf(viewer);
  startFgm(t, ['monitor', '--output-dir', directory, ...LITTLE, '--interval', '200ms']);
  const answer = await fetch(`${url}/api/v1/live`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const times = (): number[] => [...text.matchAll(/"latest":(\d+)/g)].map(([, time]) => Number(time));
  while (new Set(times()).size < 4) text += (await reader.read()).value ?? '';
  const found = times();
  t.same(
    found,
    found.toSorted((a, b) => a - b),
  );
  await reader.cancel();
});

/** Numbers of the processes that serve a directory. */
function viewersOf(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('view') && words.includes(directory);
    } catch {
      return false;
    }
  });
}

t.test('up serves the page, elsewhere when its port is taken, and takes it along when it ends', async (t) => {
  const directory = dataDirectory(t);
  const taken = startFgm(t, ['view', directory, '--listen', '127.0.0.1:0']);
  const port = Number(new URL(await urlOf(taken)).port);
  const up = (args: readonly string[]): Running => startFgm(t, ['up', '--data-dir', directory, ...LITTLE, ...args]);
  const before = viewersOf(directory);
  const first = up([]);
  await first.said(/"url":"http:[^"]+","msg":"page"/);
  // As Ctrl-C does: to both of them.
  const own = viewersOf(directory).filter((pid) => !before.includes(pid));
  t.equal(own.length, 1);
  process.kill(Number(own[0]), 'SIGINT');
  await until('the viewer has ended', async () => Promise.resolve(!existsSync(`/proc/${own[0]}`)));
  first.process.kill('SIGINT');
  const ended = await first.ended;
  t.equal(ended.code, 0);
  t.notMatch(ended.stderr, /no page/, 'who ended it knows');
  const url = /"url":"(http:[^"]+)","msg":"page"/.exec(ended.stderr)![1]!;
  await t.rejects(fetch(`${url}/healthz`), 'it is gone');
  const second = up(['--view', `127.0.0.1:${port}`]);
  await second.said(
    /"reason":"fgm: cannot listen on 127.0.0.1:\d+: the port is taken; choose another --listen","msg":"no page"/,
  );
  await second.said(/"msg":"recording"/);
  second.process.kill('SIGTERM');
  t.equal((await second.ended).code, 0, 'recording goes on without a page');
  const third = up([]);
  await third.said(/"msg":"page"/);
  const page = /"url":"(http:[^"]+)","msg":"page"/;
  third.process.kill('SIGKILL');
  const thirdUrl = page.exec((await third.ended).stderr)![1]!;
  await until('the viewer ends with its recorder', async () => {
    try {
      await fetch(`${thirdUrl}/healthz`);
      return false;
    } catch {
      return true;
    }
  });
});

t.test('what is asked wrongly', async (t) => {
  const root = t.testdir({ file: '' });
  writeFileSync(join(root, 'file'), '');
  const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [['view'], 2, /missing required argument 'dir'/],
    [['view', root, '--listen', 'here'], 2, /--listen: "here" is not valid; wanted an address such as 127/],
    [['view', root, '--token', 'short'], 2, /--token: wanted at least 8/],
    [['view', join(root, 'file')], 1, /file is not a directory/],
    [['view', root, '--listen', '192.0.2.1:8050'], 1, /cannot listen on 192\.0\.2\.1:8050/],
    [['view', root, '--prot', '1'], 2, /unknown option '--prot'/],
    [['up', '--view', 'there'], 2, /--view: "there" is not valid/],
  ];
  for (const [args, code, message] of cases) {
    const ended = await fgm(t, args);
    t.match(ended, { code, stdout: '', stderr: message }, args.join(' '));
    t.equal(ended.stderr.trim().split('\n').length, 1, 'one line');
  }
});
