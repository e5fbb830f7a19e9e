import { podName } from './text.ts';

/** The letters and digits of generated names: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
/** A Deployment's pod: `<name>-<hash of the template>-<random>`. */
const OF_REPLICA_SET = new RegExp(`-${RANDOM}{6,10}-${RANDOM}{5}$`);
/** Any other controller's: `<name>-<random>`, taken for random only with a digit in it (`proxy-https` has none). */
const OF_CONTROLLER = new RegExp(`-(?=[a-z]*[2-9])${RANDOM}{5}$`);

/**
 * The pod's name, where HOSTNAME of one of its processes can be nothing else. A pod's host name is its own name unless its
 * specification says otherwise, which for a template would be the same for all its pods: so only what carries a generated
 * end is taken, and nothing that is cut at 63 characters. The caller has made sure that the pod does not share the node's
 * host name.
 *
 * @param environ a process's environment, entries ended by NUL. Nothing else in it is looked at or kept.
 */
export function generatedName(environ: string): string | null {
  for (const entry of environ.split('\0')) {
    if (!entry.startsWith('HOSTNAME=')) continue;
    const name = podName(entry.slice(9));
    if (name === null || name.length >= 63) return null;
    return OF_REPLICA_SET.test(name) || OF_CONTROLLER.test(name) ? name : null;
  }
  return null;
}
