/** `fgm mcp` as a process, asked over its streams and over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { fgm, startFgm } from '../fgm-process.ts';
import { recorded } from '../recorded.ts';

interface Message {
  readonly jsonrpc: string;
  readonly id: number;
  readonly result: { readonly isError?: boolean; readonly structuredContent?: Readonly<Record<string, unknown>> };
}

function request(id: number, method: string, params: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

const INITIALIZE = request(0, 'initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'test', version: '0' },
});

function calls(id: number, name: string, args: object): string {
  return request(id, 'tools/call', { name, arguments: args });
}

t.test('over its streams: nothing but messages, and all answered before it ends', async (t) => {
  const data = await recorded(t);
  const asked = [
    INITIALIZE,
    calls(1, 'list_nodes', {}),
    calls(2, 'query_sql', {
      sql: 'SELECT type, 9007199254740993 AS big, 0.5 AS half FROM events ORDER BY time',
      limit: 1,
    }),
    calls(3, 'query_sql', { sql: "SELECT * FROM read_text('/etc/passwd')" }),
    calls(4, 'query_sql', { sql: `COPY (SELECT 1) TO '${join(data, 'x')}'` }),
    calls(5, 'query_sql', { sql: "SELECT repeat('x', 300000)" }),
    'not JSON\n',
  ];
  const { code, stdout, stderr } = await startFgm(t, ['mcp', data], {}, asked.join('')).ended;
  t.match({ code, stderr }, { code: 0, stderr: '' });
  const answers = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Message)
      .map((message) => [message.id, message]),
  );
  t.same(
    [...answers.keys()].toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  );
  t.match(answers.get(0), { jsonrpc: '2.0', result: { serverInfo: { name: 'fine-grained-monitor' } } });
  t.match(answers.get(1)!.result.structuredContent, { state: 'ready', nodes: [{}] });
  t.same(answers.get(2)!.result.structuredContent, {
    columns: ['type', 'big', 'half'],
    rows: [['recorder_start', '9007199254740993', 0.5]],
    cut: 'there are more than these 1 rows',
  });
  t.match(answers.get(3)!.result, { isError: true, content: [{ text: /disabled/ }] });
  t.match(answers.get(4)!.result, { isError: true, content: [{ text: /only statements that read|disabled/ }] });
  t.match(answers.get(5)!.result, { isError: true, content: [{ text: /longer than 200000 characters/ }] });
});

t.test('a signal ends it while its client is there', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { process: child, ended } = startFgm(t, ['mcp', t.testdir({})], {}, null);
    child.stdin.write(INITIALIZE);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill(signal);
    t.match(await ended, { code: 0, signal: null, stderr: '' }, signal);
  }
});

t.test('over HTTP, with a token', async (t) => {
  const token = 'a-token-of-tests';
  const running = startFgm(t, ['mcp', t.testdir({}), '--listen', '127.0.0.1:0'], { FGM_TOKEN: token });
  let said = '';
  running.process.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  while (!said.includes('\n')) {
    if ((await Promise.race([running.ended, pause(20, null)])) !== null) break;
  }
  const url = said.trim();
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const ask = (more: Record<string, string>): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: INITIALIZE });
  t.equal((await ask({})).status, 401);
  t.equal((await ask({ authorization: 'Bearer another' })).status, 401);
  const answer = await ask({ authorization: `Bearer ${token}` });
  t.equal(answer.status, 200);
  t.match(await answer.json(), { result: { serverInfo: { name: 'fine-grained-monitor' } } });
  running.process.kill('SIGTERM');
  t.match(await running.ended, { code: 0, stderr: '' });
});

t.test('what is asked wrongly', async (t) => {
  const root = t.testdir({});
  writeFileSync(join(root, 'file'), '');
  const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [['mcp'], 2, /missing required argument 'dir'/],
    [['mcp', root, '--listen', 'here'], 2, /--listen: "here" is not valid; wanted an address such as 127/],
    [['mcp', root, '--listen', 'off'], 2, /--listen: "off" is not valid/],
    [['mcp', root, '--token', 'short'], 2, /--token: wanted at least 8/],
    [['mcp', join(root, 'file')], 1, /file is not a directory/],
    [['mcp', root, '--listen', '192.0.2.1:8060'], 1, /cannot listen on 192\.0\.2\.1:8060/],
    [['mcp', root, '--port', '1'], 2, /unknown option '--port'/],
  ];
  for (const [args, code, message] of cases) {
    const ended = await fgm(t, args);
    t.match(ended, { code, stdout: '', stderr: message }, args.join(' '));
    t.equal(ended.stderr.trim().split('\n').length, 1, 'one line');
  }
});
