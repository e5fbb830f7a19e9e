import { NO_FACTS } from './facts.ts';
import type { NameFacts } from './facts.ts';

/** `<kubelet root>/pods/<uid>/containers/<name>/<8 hex digits>`, the file for the termination message, mounted as such. */
const TERMINATION_LOG = /\/pods\/([-0-9A-Za-z]{1,63})\/containers\/([-0-9a-z]{1,63})\/[0-9a-f]{8}$/;
/** `<kubelet root>/pods/<uid>/etc-hosts`: in each container, never in the sandbox. */
const ETC_HOSTS = /\/pods\/([-0-9A-Za-z]{1,63})\/etc-hosts$/;
/** containerd's files of the pod's sandbox, in the sandbox itself and in each container of the pod. */
const OF_SANDBOX = /\/sandboxes\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf)$/;
/** CRI-O's, likewise; Podman has the like for containers outside of pods, which are their own. */
const OF_CRIO_SANDBOX = /\/overlay-containers\/([0-9a-f]{64})\/userdata\/(?:hostname|resolv\.conf)$/;
/** One of these is in each of the above. */
const MARKS = ['/pods/', '/sandboxes/', '/overlay-containers/'];
const ETC_FILES: ReadonlySet<string | undefined> = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']);

/**
 * What a process's mountinfo (https://docs.kernel.org/filesystems/proc.html, 3.5) says about its container:
 *
 *     89 72 254:0 /var/lib/kubelet/pods/<uid>/etc-hosts /etc/hosts rw,relatime - ext4 /dev/vda rw
 *
 * The fourth field is the mounted file's path in its own file system, which only who sees the kubelet's directory can choose.
 * makeMounts() of https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go, makeMounts() of
 * kuberuntime_container.go for the termination log, https://github.com/containerd/containerd/blob/main/internal/cri/server
 * for the sandbox's files.
 *
 * @param id the container's
 * @param inPod whether its cgroup is in a pod's
 * @returns null when nothing is told, or files of several pods or sandboxes are seen, as in a node agent that mounts them all
 */
export function parsePodMounts(mountinfo: string, id: string, inPod: boolean): NameFacts | null {
  if (!MARKS.some((mark) => mountinfo.includes(mark))) return null;
  const uids = new Set<string>();
  const names = new Set<string>();
  const sandboxes = new Set<string>();
  let runtime: string | null = null;
  for (const line of mountinfo.split('\n')) {
    const [, , , root = '', place] = line.split(' ', 5);
    const log = TERMINATION_LOG.exec(root);
    const hosts = place === '/etc/hosts' ? ETC_HOSTS.exec(root) : null;
    const ofContainerd = ETC_FILES.has(place) ? OF_SANDBOX.exec(root) : null;
    const ofCrio = ETC_FILES.has(place) && inPod ? OF_CRIO_SANDBOX.exec(root) : null;
    if (ofContainerd !== null) runtime = 'containerd';
    const sandbox = ofContainerd ?? ofCrio;
    if (log !== null) names.add(log[2]!);
    if (sandbox !== null) sandboxes.add(sandbox[1]!);
    const uid = log?.[1] ?? hosts?.[1];
    if (uid !== undefined) uids.add(uid);
  }
  if (uids.size > 1 || sandboxes.size > 1) return null;
  const [podUid = null] = uids;
  const [container = null] = names.size === 1 ? names : [];
  const [sandbox = null] = sandboxes;
  if (podUid === null && sandbox === null) return null;
  return { ...NO_FACTS, scope: sandbox === id ? 'sandbox' : 'container', runtime, podUid, container };
}
