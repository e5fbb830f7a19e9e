import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';

/** Where runtimes and the kubelet leave names of pods and containers on disk. */
const SOURCES = [
  'var/log/pods',
  'var/log/containers',
  'var/lib/docker/containers',
  'run/containerd/io.containerd.runtime.v2.task',
  'var/lib/containers/storage/overlay-containers',
];

function readable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether containers can be given their names. */
export function checkNames({ hostRoot }: Examined): readonly Check[] {
  const present = SOURCES.map((path) => join(hostRoot, path)).filter((path) => existsSync(path));
  const closed = present.filter((path) => !readable(path));
  if (present.length === 0) return [ok('names', `no container runtime has left files below ${hostRoot}`)];
  if (closed.length === 0) return [ok('names', `from ${present.join(', ')}`)];
  return [
    warn(
      'names',
      `${closed.join(', ')} cannot be read`,
      'containers are recorded without names of pods and containers',
      'run as root or with CAP_DAC_READ_SEARCH',
    ),
  ];
}
