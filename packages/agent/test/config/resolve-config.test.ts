import { join, resolve } from 'node:path';
import t from 'tap';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import type { Sources } from '../../src/config/resolve-config.ts';
import { settingsOf, variableOf } from '../../src/config/settings.ts';

function sources(part: Partial<Sources>): Sources {
  return { command: 'monitor', flags: {}, env: {}, hostname: 'host-1', ...part };
}

t.test('defaults are those of the table', (t) => {
  t.matchOnlyStrict(resolveConfig(sources({})).config, {
    outputDir: '/data',
    intervalMs: 1000,
    rotationMs: 90_000,
    compressionLevel: 3,
    memory: 'rollup',
    walkBudgetUsec: 5000,
    numa: 'off',
    intervalPeaks: 'off',
    burstMs: 100,
    burstWindowMs: 30_000,
    burstAfterMs: 10_000,
    burstTriggers: { events: ['oom_kill'], memory: 90, throttled: 25, pressure: 40 },
    burstMemoryBytes: 16 * 2 ** 20,
    scope: 'auto',
    identifier: 'host-1',
    nodeName: 'host-1',
    clusterName: null,
    retentionBytes: 2 ** 30,
    retentionAgeMs: 604_800_000,
    onLimit: 'evict',
    spoolSyncMs: 10_000,
    consolidate: 'on',
    procRoot: '/proc',
    cgroupRoot: '/sys/fs/cgroup',
    hostRoot: '/',
    listen: { host: '127.0.0.1', port: 9464 },
    samplerThreads: 'auto',
    kubernetesApi: 'off',
    kubernetesServer: null,
    kubernetesServiceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
    durationMs: null,
    cmdline: 'on',
    redact: [],
    logLevel: 'info',
  });
  t.equal(resolveConfig(sources({ command: 'up' })).config.outputDir, resolve('./data'));
  t.end();
});

t.test('flag beats environment beats file beats default', (t) => {
  const config = join(t.testdir({ 'c.yaml': 'interval: 4s\nrotation: 4m\nmemory: off\n' }), 'c.yaml');
  const env = { FGM_INTERVAL: '3s', FGM_ROTATION: '3m', FGM_CONFIG: config };
  const { config: found, origins } = resolveConfig(sources({ flags: { interval: '2s' }, env }));
  t.equal(found.intervalMs, 2000);
  t.equal(found.rotationMs, 180_000);
  t.equal(found.memory, 'off');
  t.equal(found.compressionLevel, 3);
  t.same(origins.intervalMs, { from: 'flag', name: '--interval' });
  t.same(origins.rotationMs, { from: 'variable', name: 'FGM_ROTATION' });
  t.same(origins.memory, { from: 'file', path: config, line: 3, key: 'memory' });
  t.same(origins.compressionLevel, { from: 'default' });
  t.end();
});

t.test('a burst interval must leave room between ticks', (t) => {
  const given = (flags: Record<string, string>): unknown => resolveConfig(sources({ flags })).config.burstMs;
  t.equal(given({ burst: 'off' }), null);
  t.equal(given({ burst: '500ms' }), 500);
  t.equal(given({ interval: '50ms' }), 100, 'by default it is not heeded');
  t.throws(() => given({ burst: '501ms' }), { message: /--burst: 501ms is more than half of the interval of 1s/ });
  t.throws(() => given({ burst: '100ms', interval: '150ms' }), { message: /wanted at most half of it, or off/ });
  t.end();
});

t.test('names come from the pod, the node, then the host', (t) => {
  const env = { POD_NAME: 'fgm-x7k2p', NODE_NAME: 'worker-3' };
  t.match(resolveConfig(sources({ env })).config, { identifier: 'fgm-x7k2p', nodeName: 'worker-3' });
  t.match(resolveConfig(sources({ env: { NODE_NAME: 'worker-3' } })).config, {
    identifier: 'worker-3',
    nodeName: 'worker-3',
  });
  t.match(resolveConfig(sources({ flags: { 'node-name': 'n' } })).config, { identifier: 'n', nodeName: 'n' });
  t.match(resolveConfig(sources({ flags: { identifier: 'i' }, env })).config, {
    identifier: 'i',
    nodeName: 'worker-3',
  });
  t.end();
});

t.test('the API server is where the kubelet says', (t) => {
  const given = (host: string, port: string): unknown =>
    resolveConfig(sources({ env: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } })).config
      .kubernetesServer;
  t.same(given('10.96.0.1', '443'), { host: '10.96.0.1', port: 443 });
  t.same(given('fd00::1', '443'), { host: 'fd00::1', port: 443 });
  t.equal(given('10.96.0.1', 'tcp://10.96.0.1:443'), null, 'what is no address keeps nobody from starting');
  t.equal(given('', '443'), null);
  for (const flag of ['10.96.0.1', ':443', '10.96.0.1:0', 'https://10.96.0.1:443']) {
    t.throws(() => resolveConfig(sources({ flags: { 'kubernetes-server': flag } })), /wanted host:port such as/, flag);
  }
  t.end();
});

t.test('an empty variable is not set, a variable of something else is ignored', (t) => {
  const env = { FGM_INTERVAL: '', FGM_SERVICE_PORT: 'tcp://10.0.0.1:80' };
  t.equal(resolveConfig(sources({ env })).config.intervalMs, 1000);
  t.end();
});

t.test('a list has one entry a line in a variable', (t) => {
  t.same(resolveConfig(sources({ env: { FGM_REDACT: 'a, b\nc' } })).config.redact, ['a, b', 'c']);
  t.same(resolveConfig(sources({ flags: { redact: ['x', 'y'] }, env: { FGM_REDACT: 'z' } })).config.redact, ['x', 'y']);
  t.end();
});

t.test('both names of the output directory work, not both at once', (t) => {
  for (const flag of ['output-dir', 'data-dir']) {
    for (const command of ['monitor', 'up'] as const) {
      t.equal(resolveConfig(sources({ command, flags: { [flag]: '/x' } })).config.outputDir, '/x');
      t.equal(resolveConfig(sources({ command, env: { [variableOf(flag)]: '/x' } })).config.outputDir, '/x');
    }
  }
  t.throws(() => resolveConfig(sources({ flags: { 'output-dir': '/a', 'data-dir': '/b' } })), {
    message: '--output-dir and --data-dir are the same setting; give one of them',
  });
  t.end();
});

/** Flag, a value that is wrong, and what the message must say. */
const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['interval', '49ms', /wanted a duration of whole milliseconds from 50ms to 1m/],
  ['interval', '61s', /from 50ms to 1m/],
  ['interval', '1', /a duration/],
  ['interval', '50.5ms', /whole milliseconds/],
  ['interval', '', /a duration/],
  ['rotation', '2d', /to 1d/],
  ['rotation', '900ms', /a rotation of 900ms is shorter than the interval of 1s/],
  ['compression-level', '0', /a whole number from 1 to 22/],
  ['compression-level', '23', /from 1 to 22/],
  ['compression-level', '3.5', /a whole number/],
  ['memory', 'Rollup', /one of rollup, full, off/],
  ['walk-budget', '2s', /from 100us to 1s/],
  ['scope', 'pods', /one of containers, all, auto/],
  ['identifier', 'a/b', /letters from a to z, digits/],
  ['identifier', '..', /letters from a to z, digits/],
  ['identifier', 'a=b', /letters from a to z, digits/],
  ['identifier', 'x'.repeat(201), /up to 200/],
  ['node-name', 'a\nb', /printable/],
  ['cluster-name', '', /printable/],
  ['retention-bytes', '1 gig', /a size/],
  ['retention-bytes', '16383KiB', /at least 16MiB/],
  ['retention-age', '1', /a duration/],
  ['on-limit', 'delete', /one of evict, stop/],
  ['spool-sync', '1ms', /from 100ms/],
  ['output-dir', '', /a path/],
  ['listen', '9464', /host:port/],
  ['listen', ':99999', /host:port/],
  ['sampler-threads', '0', /auto, or a whole number from 1 to 64/],
  ['duration', 'forever', /or off/],
  ['cmdline', 'true', /one of on, off/],
  ['redact', '(', /regular expression/],
  ['redact', 'a*', /does not match the empty text/],
  ['log-level', 'verbose', /one of trace/],
];

t.test('a bad value says where, what and what would be right', (t) => {
  for (const [flag, value, message] of BAD) {
    t.throws(
      () => resolveConfig(sources({ flags: { [flag]: value } })),
      { name: 'ConfigError', message },
      `${flag}=${value}`,
    );
    t.throws(() => resolveConfig(sources({ flags: { [flag]: value } })), { message: new RegExp(`^--${flag}: `) });
    if (value === '') continue;
    t.throws(() => resolveConfig(sources({ env: { [variableOf(flag)]: value } })), {
      message: new RegExp(`^${variableOf(flag)}: `),
    });
  }
  t.end();
});

t.test('a bad value in a file says the line', (t) => {
  const config = join(t.testdir({ 'c.yaml': 'memory: off\ninterval: 1\n' }), 'c.yaml');
  t.throws(() => resolveConfig(sources({ flags: { config } })), {
    message: `${config}:2: interval: "1" is not valid; wanted a duration of whole milliseconds from 50ms to 1m, such as 1s`,
  });
  t.end();
});

t.test('a default that is found on the machine is checked too', (t) => {
  t.throws(() => resolveConfig(sources({ env: { POD_NAME: '../x' } })), {
    message: /^--identifier is by default POD_NAME, but "\.\.\/x" is not valid/,
  });
  t.throws(() => resolveConfig(sources({ flags: { interval: '60s', rotation: '59s' } })), { message: /^--rotation: / });
  t.throws(() => resolveConfig(sources({ flags: { 'node-name': 'a b' } })), {
    message:
      /^--identifier is by default the node name, but "a b" is not valid; wanted .*: give one with --identifier$/,
  });
  t.end();
});

t.test('the table has one row for each setting of the recorder, and no name twice', (t) => {
  for (const command of ['monitor', 'up'] as const) {
    const rows = settingsOf(command);
    const keys = rows.map((row) => row.key).sort();
    t.same(keys, Object.keys(resolveConfig(sources({ command })).config).sort());
    const names = rows.flatMap(({ flag, alias }) => (alias ? [flag, alias] : [flag]));
    t.equal(new Set(names).size, names.length);
    for (const row of rows) t.ok(typeof row.default === 'string' || row.defaultHelp, `${row.flag} says its default`);
  }
  t.end();
});
