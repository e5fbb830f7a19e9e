import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Planned } from '../plan.ts';

/**
 * The logs of a node's pods below its root, and the links to them, as a kubelet leaves them: where a recorder finds the names of
 * pods and containers.
 */
export class PodLogs {
  readonly #pods: string;
  readonly #links: string;

  constructor(hostRoot: string) {
    this.#pods = join(hostRoot, 'var/log/pods');
    this.#links = join(hostRoot, 'var/log/containers');
    for (const directory of [this.#pods, this.#links]) mkdirSync(directory, { recursive: true });
  }

  /** Makes place for the log of a container that is about to start. @returns its directory and its name there */
  open(planned: Planned, restart: number): { readonly directory: string; readonly file: string } {
    const { namespace, pod, podUid, scenario } = planned;
    const below = join(`${namespace}_${pod}_${podUid}`, scenario);
    const file = `${restart}.log`;
    mkdirSync(join(this.#pods, below), { recursive: true });
    symlinkSync(join('/var/log/pods', below, file), this.#link(planned, restart));
    // A kubelet keeps what is needed for `kubectl logs --previous`.
    if (restart > 1) {
      rmSync(this.#link(planned, restart - 2));
      rmSync(join(this.#pods, below, `${restart - 2}.log`), { force: true });
    }
    return { directory: join(this.#pods, below), file };
  }

  #link(planned: Planned, restart: number): string {
    const { namespace, pod, scenario } = planned;
    return join(this.#links, `${pod}_${namespace}_${scenario}-${planned.id(restart)}.log`);
  }
}
