import { CAPABILITIES } from '@fgm/catalog';
import { hasProgram } from '@fgm/testkit';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { REPOSITORY } from './image.ts';

const UNITS = join(REPOSITORY, 'deploy/systemd');
const units = readdirSync(UNITS).filter((name) => name.endsWith('.service'));
const FGM = join(REPOSITORY, 'packages/cli/bin/fgm.js');

function valueOf(unit: string, key: string): string | undefined {
  return RegExp(`^${key}=(.*)$`, 'm').exec(readFileSync(join(UNITS, unit), 'utf8'))?.[1];
}

t.test('systemd finds nothing wrong', { skip: !hasProgram('systemd-analyze') && 'no systemd-analyze' }, (t) => {
  // The program is not installed here.
  const directory = t.testdir();
  for (const name of units) {
    const unit = readFileSync(join(UNITS, name), 'utf8').replaceAll('/usr/local/bin/fgm', FGM);
    writeFileSync(join(directory, name), unit);
  }
  const paths = units.map((name) => join(directory, name));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' });
  // What it says of other units of this machine is not ours.
  const ours = (stdout + stderr).split('\n').filter((line) => line.includes('fine-grained-monitor'));
  t.same(ours, []);
  t.equal(status, 0, stderr);
  t.end();
});

t.test('a recorder has the capabilities of the catalog, a viewer has none', (t) => {
  const wanted = CAPABILITIES.map(({ name }) => `CAP_${name}`).join(' ');
  t.equal(valueOf('fine-grained-monitor.service', 'CapabilityBoundingSet'), wanted);
  t.equal(valueOf('fine-grained-monitor-viewer.service', 'CapabilityBoundingSet'), '');
  for (const unit of units) t.equal(valueOf(unit, 'NoNewPrivileges'), 'yes', unit);
  t.end();
});
