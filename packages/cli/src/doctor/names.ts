import { namePlaces } from '@fgm/discovery';
import type { NamePlace } from '@fgm/discovery';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';

const NAME = 'names';

function readable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `Docker (/var/lib/docker/containers), the kubelet (/var/log/containers, /var/log/pods)` */
function listOf(places: readonly NamePlace[]): string {
  const byOwner = Map.groupBy(places, (place) => place.of);
  return [...byOwner].map(([of, places]) => `${of} (${places.map(({ path }) => path).join(', ')})`).join(', ');
}

/** Whether containers can be given their names, and by whom. Paths are the node's own. */
export async function checkNames({ hostRoot }: Examined): Promise<readonly Check[]> {
  const present = (await namePlaces(hostRoot)).filter(({ path }) => existsSync(join(hostRoot, path)));
  const open = present.filter(({ path }) => readable(join(hostRoot, path)));
  const closed = present.filter((place) => !open.includes(place));
  if (present.length === 0) return [ok(NAME, `no container runtime has left files below ${hostRoot}`)];
  if (closed.length > 0) {
    const rest = open.length === 0 ? '' : `; names come from ${listOf(open)}`;
    return [
      warn(
        NAME,
        `files of ${listOf(closed)} cannot be read${rest}`,
        'what only they know of pods, containers and images is null',
        'run as root or with CAP_DAC_READ_SEARCH',
      ),
    ];
  }
  if (open.every((place) => place.of === 'the kubelet')) {
    return [
      warn(
        NAME,
        `from ${listOf(open)} alone: no runtime has left files below ${hostRoot}`,
        'images are null, and so are names of what runs outside of pods',
        "mount the runtime's directory, such as /run/containerd, below --host-root",
      ),
    ];
  }
  return [ok(NAME, `from ${listOf(open)}`)];
}
