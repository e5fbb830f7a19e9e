import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { ApiServer } from './api-server.ts';
import { bench } from './bench.ts';
import { clusterBench, kubeconfig } from './cluster-bench.ts';

t.test('a run in a cluster, from its beginning to its end', async (t) => {
  const { server, scenario } = await clusterBench(t);
  const begun = await scenario('run', 'oom-kill', 'chatty', '--duration', '90s', '--size', 'oom=24MiB');
  t.match(begun, { code: 0, stderr: '' });
  const [, run = ''] = /^run ([0-9a-f]{8}): oom-kill, chatty; in namespace shop of kind-test .*, for 1m30s$/m.exec(
    begun.stdout,
  ) ?? [begun.stdout];
  t.same(
    server.objects.map(({ kind, metadata }) => [kind, metadata.name.replace(/-[0-9a-f]{6}$/, '')]),
    [
      ['ConfigMap', `fgm-${run}`],
      ['Job', `fgm-${run}-oom-kill`],
      ['Pod', `fgm-${run}-oom-kill`],
      ['Job', `fgm-${run}-chatty`],
      ['Pod', `fgm-${run}-chatty`],
    ],
  );
  for (const { metadata } of server.objects) t.match(metadata.labels, { 'fine-grained-monitor.dev/run': run });
  t.match(server.objects[1]!['spec'], {
    activeDeadlineSeconds: 90,
    template: {
      spec: {
        containers: [
          {
            name: 'oom-kill',
            image: 'busybox:1.37',
            command: ['sh', '/scenario/demo-load.sh', 'oom-kill', 'balloon', '3', String(48 << 20)],
            resources: { limits: { memory: String(24 << 20) } },
          },
        ],
      },
    },
  });
  server.add({
    kind: 'Pod',
    metadata: { name: 'other', namespace: 'shop', labels: { app: 'web' } },
    spec: {},
  });

  t.match((await scenario('status')).stdout, new RegExp(`^${run} .* 1m30s +2 +4 +oom-kill, chatty$`, 'm'));
  t.match((await scenario('status', run.slice(0, 4))).stdout, /^oom-kill +Running +2 +OOMKilled +node-1 +fgm-/m);
  t.match(JSON.parse((await scenario('status', run, '--json')).stdout), { run, pods: [{ scenario: 'oom-kill' }, {}] });
  t.match(
    (await scenario('logs', 'chatty')).stdout,
    /^2026-01-01T00:00:00.5Z chatty fgm-\w+-chatty-\w+: chatty: started\n$/,
  );

  t.match(await scenario('stop'), { code: 0, stdout: new RegExp(`^stopped ${run}; nothing of it is left`) });
  t.same(
    server.objects.map(({ metadata }) => metadata.name),
    ['other'],
    'what has no label of the run stays',
  );
  t.match(await scenario('stop', run), { code: 1, stderr: /has ended before: stopped at/ });
  t.match(await scenario('status'), { code: 0, stdout: 'no runs in namespace shop of kind-test\n' });
});

t.test('what is made in vain goes again', async (t) => {
  const { server, scenario } = await clusterBench(t);
  server.forbidden.add('Job');
  t.match(await scenario('run', 'idle'), {
    code: 1,
    stderr:
      /^fgm: POST \/apis\/batch\/v1\/namespaces\/shop\/jobs: 403: jobs is forbidden: User "somebody" cannot create/,
  });
  t.same(server.objects, []);
});

for (const [args, code, message] of [
  [['run', 'idle', '--namespace', 'nowhere'], 1, '404: namespaces "nowhere" not found'],
  [['run', 'many-mappings'], 1, 'many-mappings cannot be had in a cluster: its load is no shell script'],
  [['run', 'idle', '--plain'], 2, '--plain is for runs on this machine: --local'],
  [['run', 'idle', '--data-dir', 'x'], 2, '--data-dir is for runs on this machine: --local'],
  [['stop'], 1, 'there is no run in namespace shop of kind-test'],
  [['logs', '--run', 'nope'], 1, 'there is no run "nope" in namespace shop of kind-test'],
  [['status', '--context', 'other'], 1, 'there is no context "other"; there are kind-test'],
  [['status', '--local', '--context', 'other'], 2, '--local and --context; wanted one of them'],
  [['status', '--kubeconfig', '/nowhere'], 1, '--kubeconfig: /nowhere is not there; wanted a kubeconfig'],
  [['export', 'nope', '-o', 'out'], 1, 'there is no run "nope"'],
] as const) {
  t.test(`refused: ${args.join(' ')}`, async (t) => {
    const { scenario } = await clusterBench(t);
    const ended = await scenario(...args);
    t.match(ended, { code, stdout: '' });
    t.match(ended.stderr, /^fgm: [^\n]*\n$/);
    t.ok(ended.stderr.includes(message), ended.stderr);
  });
}

t.test('without a viewer there is nothing to export', async (t) => {
  const { scenario } = await clusterBench(t);
  const run = (await scenario('run', 'idle', '--detach')).stdout.trim();
  t.match(await scenario('export', run, '-o', 'out'), {
    code: 1,
    stderr: /there is no running viewer in the cluster: wanted/,
  });
});

t.test('--local is this machine', async (t) => {
  const { server, scenario } = await clusterBench(t);
  t.match(await scenario('status', '--local'), { code: 0, stdout: 'no runs\n' });
  t.same(server.calls, []);
});

t.test('an API server that is not there, or says no', async (t) => {
  const { root, asked: scenario } = bench(t);
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const file = join(root, 'config');
  writeFileSync(file, JSON.stringify(kubeconfig(`http://127.0.0.1:${port}`, { token: 'x' })));
  t.match(await scenario('status', '--kubeconfig', file), {
    code: 1,
    stderr: new RegExp(`^fgm: 127.0.0.1:${port} cannot be reached: .*ECONNREFUSED`),
  });
  const server = await ApiServer.start(t);
  writeFileSync(file, JSON.stringify(kubeconfig(server.url, { token: 'another' })));
  t.match(await scenario('status', '--kubeconfig', file), { code: 1, stderr: /: 401: Unauthorized\n$/ });
});
