import { hasProgram } from '@fgm/scenarios';

/** Real parts that cost seconds or need privilege, and so are switched on by name in `FGM_TEST_RIGS` (comma list, or `all`). */
export const RIGS = ['helm', 'runc', 'docker', 'podman', 'cri', 'v2vm', 'prometheus'] as const;
export type Rig = (typeof RIGS)[number];

const PROGRAMS: Readonly<Record<Rig, readonly string[]>> = {
  helm: ['helm', 'kubeconform'],
  runc: ['runc', 'busybox'],
  docker: ['dockerd', 'docker', 'containerd', 'runc', 'busybox'],
  podman: ['podman', 'conmon', 'runc', 'busybox'],
  cri: ['containerd', 'ctr', 'containerd-shim-runc-v2', 'runc', 'busybox'],
  v2vm: ['qemu-system-x86_64', 'busybox', 'apt-get', 'dbus-daemon'],
  prometheus: ['prometheus', 'promtool', 'prometheus-alertmanager', 'unshare', 'setpriv'],
};
/** The others need root. */
const FOR_EVERYBODY: readonly Rig[] = ['helm'];

/**
 * Why a test that needs this rig cannot run here, or false: made for tap's `skip` option. Once a rig is switched on by name,
 * only what is plainly missing (programs, privilege) skips a test; a rig that then fails to start is a failure.
 */
export function whyNot(rig: Rig): string | false {
  const wanted = (process.env['FGM_TEST_RIGS'] ?? '').split(',');
  if (!wanted.includes(rig) && !wanted.includes('all')) return `rig ${rig} is off: FGM_TEST_RIGS=${rig} switches it on`;
  if (!FOR_EVERYBODY.includes(rig) && process.getuid?.() !== 0) return `rig ${rig} needs root`;
  const missing = PROGRAMS[rig].filter((program) => !hasProgram(program));
  return missing.length > 0 && `rig ${rig} needs ${missing.join(', ')}`;
}
