import { spawnSync } from 'node:child_process';
import t from 'tap';
import { clusterObjects, type ClusterRun } from '../../src/cluster/index.ts';
import { SCENARIO_NAMES, defaultSizes, makePlan, possibleScenarios } from '../../src/index.ts';

const { possible } = possibleScenarios(SCENARIO_NAMES, { limits: true, compiler: false });
const RUN: ClusterRun = {
  run: '0123abcd',
  namespace: 'shop',
  scenarios: possible,
  seed: 1,
  began: '2026-01-01T00:00:00.000Z',
  duration_ms: null,
};
const PLAN = makePlan({ containers: possible.length, seed: 1, minutes: 5, scenarios: possible, sizes: defaultSizes() });
const [configMap, ...jobs] = clusterObjects(RUN, PLAN, 'busybox:1.37');

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly resources: { readonly limits?: Readonly<Record<string, string>> };
}

function containerOf(job: object): Container {
  return (job as { spec: { template: { spec: { containers: Container[] } } } }).spec.template.spec.containers[0]!;
}

t.test('names and labels are such as Kubernetes takes', (t) => {
  for (const { metadata } of [configMap!, ...jobs]) {
    t.match(metadata.name, /^fgm-0123abcd(-[a-z]+)*$/);
    t.ok(metadata.name.length <= 63, metadata.name);
    for (const value of Object.values(metadata.labels)) t.match(value, /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);
  }
  t.end();
});

t.test('each scenario is a job with the limits of its container', (t) => {
  t.same(
    jobs.map((job) => containerOf(job).name),
    possible,
  );
  const limits = new Map(jobs.map((job) => [containerOf(job).name, containerOf(job).resources.limits]));
  t.same(limits.get('oom-kill'), { memory: String(64 << 20) });
  t.same(limits.get('cpu-throttling'), { cpu: '100m' });
  t.equal(limits.get('idle'), undefined);
  t.notMatch(jobs[0]!['spec'], { activeDeadlineSeconds: Number });
  const [timed] = clusterObjects({ ...RUN, duration_ms: 1500 }, PLAN, 'x').slice(1);
  t.match(timed!['spec'], { activeDeadlineSeconds: 2 });
  t.end();
});

t.test('the load in the config map does what the command says', (t) => {
  const { data } = configMap as unknown as { data: Record<string, string> };
  const [shell = '', , ...args] = containerOf(jobs.find((job) => containerOf(job).name === 'crash-loop')!).command;
  const [name = '', verb = '', , code = ''] = args;
  // It need not live as long here.
  const { status, stdout } = spawnSync(shell, ['-s', '--', name, verb, '1', code], {
    input: data['demo-load.sh']!,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DEMO_LOG: '-' },
  });
  t.equal(stdout, 'crash-loop: started\npanic: no configuration\n');
  t.equal(status, 3);
  t.end();
});
