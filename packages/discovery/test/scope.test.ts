import t from 'tap';
import { scan } from '../src/scan.ts';
import type { ScopeRule } from '../src/scope.ts';
import { id, make, v2 } from './trees.ts';

const CASES: readonly (readonly [ScopeRule, boolean, readonly string[]])[] = [
  ['containers', true, ['container', 'sandbox']],
  ['containers', false, []],
  ['all', true, ['container', 'host', 'sandbox', 'service']],
  ['all', false, ['host', 'service']],
  ['auto', true, ['container', 'sandbox']],
  ['auto', false, ['host', 'service']],
];

for (const [scope, containers, expected] of CASES) {
  t.test(`${scope}, ${containers ? 'with' : 'without'} containers`, async (t) => {
    const root = t.testdir(v2());
    make(root, [''], 'system.slice/ssh.service');
    if (containers) make(root, [''], 'docker', id(1));
    if (containers) make(root, [''], 'kubepods/pod1', `kata_${id(2)}`);
    const scopes = scan({ cgroupRoot: root, scope }).entities.map(({ identity }) => identity.scope);
    t.same(scopes.toSorted(), expected);
  });
}
