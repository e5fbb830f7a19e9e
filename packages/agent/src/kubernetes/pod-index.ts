import type { Pod, PodContainer } from './pod.ts';

/** A pod, and the container of it where that is known by its id. */
export interface Found {
  readonly pod: Pod;
  readonly container: PodContainer | null;
}

/** The pods of this node, found by the uid in a cgroup's path or by a container's id. */
export class PodIndex {
  readonly #pods = new Map<string, Pod>();
  /** By `pod <cgroup uid>` and `container <id>`; null where two pods claim the same. Made anew when a pod has changed. */
  #found: Map<string, Found | null> | null = null;

  get size(): number {
    return this.#pods.size;
  }

  /** Values of labels and annotations that were cut or left out for their length. */
  get cut(): number {
    return [...this.#pods.values()].reduce((sum, { cut }) => sum + cut, 0);
  }

  set(pod: Pod): void {
    this.#pods.set(pod.uid, pod);
    this.#found = null;
  }

  delete(uid: string): void {
    this.#pods.delete(uid);
    this.#found = null;
  }

  replace(pods: readonly Pod[]): void {
    this.#pods.clear();
    for (const pod of pods) this.set(pod);
    this.#found = null;
  }

  /**
   * @param podUid as in the cgroup's path; null when that has none: then the container's id alone decides
   * @returns null when it is unknown, or when two answers would be possible
   */
  find(podUid: string | null, containerId: string): Found | null {
    this.#found ??= this.#makeFound();
    const byContainer = this.#found.get(`container ${containerId}`);
    if (podUid === null || byContainer === null) return byContainer ?? null;
    const byPod = this.#found.get(`pod ${podUid}`) ?? null;
    if (byContainer === undefined) return byPod;
    return byContainer.pod === byPod?.pod ? byContainer : null;
  }

  #makeFound(): Map<string, Found | null> {
    const found = new Map<string, Found | null>();
    const claim = (key: string, candidate: Found): void => {
      found.set(key, found.has(key) ? null : candidate);
    };
    for (const pod of this.#pods.values()) {
      claim(`pod ${pod.cgroupUid}`, { pod, container: null });
      for (const container of pod.containers) claim(`container ${container.id}`, { pod, container });
    }
    return found;
  }
}
