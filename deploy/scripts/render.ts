/**
 * Writes what helm makes of the chart: deploy/manifests, and the goldens of its scenarios in deploy/test/golden. Needs helm.
 *
 *     node --conditions=@fgm/source deploy/scripts/render.ts
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { GOLDEN, MANIFESTS, goldenOf, plainManifests, scenarios } from './chart.ts';

const manifests = plainManifests();
const goldens = scenarios().map((scenario) => [scenario, goldenOf(scenario)] as const);

for (const directory of [GOLDEN, MANIFESTS]) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
}
for (const [scenario, text] of goldens) writeFileSync(`${GOLDEN}/${scenario}.yaml`, text);
for (const [file, text] of manifests) writeFileSync(`${MANIFESTS}/${file}`, text);
