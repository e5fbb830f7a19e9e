/** The image's root file system and the pod of the rendered manifests, for tests. */
import { SECCOMP_PROFILE, whyNot, type PodOptions, type PodSpec } from '@fgm/testkit';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFESTS } from '../scripts/chart.ts';
import { objectsIn, podOf } from './goldens.ts';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Why the image cannot be run here, or false: for tap's `skip` option. */
export function whyNoImage(): string | false {
  const off = whyNot('runc');
  if (off !== false) return off;
  if (process.env['FGM_TEST_IMAGE'] === undefined) {
    return 'no root file system: deploy/image/rootfs.sh DIR makes one, FGM_TEST_IMAGE=DIR names it';
  }
  return !existsSync(SECCOMP_PROFILE) && `no ${SECCOMP_PROFILE}: it is in golang-github-containers-common`;
}

/** The directory that FGM_TEST_IMAGE names, and what the Dockerfile says of it. */
export function image(): Pick<PodOptions, 'rootfs' | 'image'> {
  const dockerfile = readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8');
  const entrypoint = /^ENTRYPOINT (.*)$/m.exec(dockerfile)![1]!;
  const variables = [...dockerfile.matchAll(/^ENV (.*)$/gm)].map((match) => match[1]!);
  return {
    rootfs: process.env['FGM_TEST_IMAGE']!,
    image: {
      entrypoint: JSON.parse(entrypoint) as string[],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...variables],
    },
  };
}

/** The pod of the DaemonSet, as `kubectl apply` gets it. */
export function podOfManifests(): PodSpec {
  const texts = readdirSync(MANIFESTS).map((name) => readFileSync(join(MANIFESTS, name), 'utf8'));
  return podOf(texts.flatMap(objectsIn));
}
