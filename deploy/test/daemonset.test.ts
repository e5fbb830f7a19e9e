import { resolveConfig, resolveSettings, settingsOf, variableOf } from '@fgm/agent/config';
import { VIEW_SETTINGS, type ViewConfig } from '@fgm/cli';
import t from 'tap';
import { goldens, podOf, type Container } from './goldens.ts';

const scenarios = [...goldens()].map(([scenario, objects]) => ({ scenario, objects, pod: podOf(objects) }));
t.ok(scenarios.length > 5, 'there are goldens');

function own({ containers }: { containers: readonly Container[] }): readonly Container[] {
  return containers.filter(({ name }) => name === 'recorder' || name === 'viewer');
}

function variables({ env }: Container): Readonly<Record<string, string>> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'from-elsewhere']));
}

for (const { scenario, objects, pod } of scenarios) {
  const [recorder, viewer] = own(pod);

  void t.test(`${scenario}: the recorder takes its configuration`, (t) => {
    const env = variables(recorder!);
    const known = new Set(settingsOf('monitor').map(({ flag }) => variableOf(flag)));
    for (const name of Object.keys(env)) if (name.startsWith('FGM_')) t.ok(known.has(name), name);
    const { config } = resolveConfig({ command: 'monitor', flags: {}, env, hostname: 'host' });
    t.equal(recorder!.args[0], 'monitor');
    t.match(config, {
      outputDir: '/data',
      procRoot: '/host/proc',
      hostRoot: '/host',
      cgroupRoot: '/host/sys/fs/cgroup',
    });
    t.match(config, { nodeName: 'from-elsewhere', listen: { port: recorder!.ports[0]!.containerPort } });
    t.end();
  });

  if (viewer !== undefined) {
    void t.test(`${scenario}: the viewer takes its configuration`, (t) => {
      const env = variables(viewer);
      const known = new Set(VIEW_SETTINGS.map(({ flag }) => variableOf(flag)));
      for (const name of Object.keys(env)) if (name.startsWith('FGM_')) t.ok(known.has(name), name);
      const { config } = resolveSettings<ViewConfig>(VIEW_SETTINGS, { flags: {}, env, hostname: 'host' });
      t.strictSame(viewer.args.slice(0, 2), ['view', '/data']);
      t.match(config, { listen: { port: viewer.ports[0]!.containerPort } });
      t.ok((config.sqlMemoryBytes ?? 0) < 2 ** 27, 'SQL that fits beside the viewer, or none');
      t.end();
    });
  }

  void t.test(`${scenario}: whatever a root is set to is mounted`, (t) => {
    const { FGM_PROC_ROOT, FGM_CGROUP_ROOT, FGM_OUTPUT_DIR } = variables(recorder!);
    const paths = recorder!.volumeMounts.map(({ mountPath }) => mountPath);
    for (const root of [FGM_PROC_ROOT, FGM_CGROUP_ROOT, FGM_OUTPUT_DIR]) t.ok(paths.includes(root!), `${root}`);
    t.end();
  });

  void t.test(`${scenario}: nobody has more rights than it needs`, (t) => {
    t.match(recorder!.securityContext, {
      capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] },
      runAsUser: 0,
    });
    for (const { name, securityContext, volumeMounts } of own(pod)) {
      t.match(securityContext, {
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const mount of volumeMounts) {
        const writes =
          name === 'recorder' && (mount.name === 'data' || (mount.name === 'cgroup' && scenario === 'everything'));
        t.equal(mount.readOnly === true, !writes, `${name}: ${mount.mountPath}`);
      }
    }
    if (viewer !== undefined) {
      t.strictSame(viewer.securityContext['capabilities'], { drop: ['ALL'] });
      t.equal(viewer.securityContext['runAsNonRoot'], true);
    }
    t.end();
  });

  void t.test(`${scenario}: a token, and roles, only for the Kubernetes API`, (t) => {
    const asks = scenario === 'kubernetes-api';
    t.equal(pod.automountServiceAccountToken, false);
    t.equal(
      recorder!.volumeMounts.some(({ name }) => name === 'token'),
      asks,
    );
    t.notOk(viewer?.volumeMounts.some(({ name }) => name === 'token'));
    t.equal(
      objects.some(({ kind }) => kind === 'ClusterRole'),
      asks,
    );
    t.end();
  });

  void t.test(`${scenario}: probes ask for what is served`, (t) => {
    for (const container of own(pod)) {
      for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
        const probe = container[name];
        if (probe === undefined) continue;
        t.ok(['/healthz', '/readyz'].includes(probe.httpGet.path), `${container.name}: ${name}`);
        t.ok(container.ports.some((port) => port.name === probe.httpGet.port));
      }
    }
    t.ok(recorder!.livenessProbe && recorder!.readinessProbe);
    t.end();
  });
}
