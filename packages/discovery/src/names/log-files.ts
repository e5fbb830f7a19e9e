import type { Identity } from '@fgm/catalog';
import { basename } from 'node:path';
import { NO_FACTS } from './facts.ts';
import type { NameFacts } from './facts.ts';
import type { HostRoot } from './host-root.ts';
import { Listing } from './listing.ts';
import { indexLinks, withTarget } from './log-link.ts';
import type { LogLink } from './log-link.ts';
import { indexPodLogs, newestRestart, parsePodLogs } from './pod-logs.ts';
import type { PodLogs } from './pod-logs.ts';
import { LOG_LINKS, POD_LOGS } from './stores.ts';
import { containerName } from './text.ts';

/** The kubelet's directories of logs, whose names hold those of pods and containers. */
export class LogFiles {
  readonly #host: HostRoot;
  readonly #links: Listing<ReadonlyMap<string, readonly LogLink[]>>;
  readonly #pods: Listing<ReadonlyMap<string, readonly PodLogs[]>>;

  constructor(host: HostRoot) {
    this.#host = host;
    this.#links = new Listing(host, LOG_LINKS, indexLinks);
    this.#pods = new Listing(host, POD_LOGS, indexPodLogs);
  }

  /** What the links with this id say. */
  async links(id: string): Promise<NameFacts[]> {
    const links = (await this.#links.get()).get(id) ?? [];
    return Promise.all(
      links.map(async (link) => withTarget(link, (await this.#host.link(`${LOG_LINKS}/${link.name}`)) ?? '')),
    );
  }

  /**
   * What the pod's directory says.
   *
   * @param known what is known of the container by now
   * @param isContainer whether it is certain that this is none of the pod's sandbox; asked only when it matters
   * @param elsewhere asked where the logs are when they are not in the usual place
   */
  async pod(
    known: Identity,
    isContainer: () => Promise<boolean>,
    elsewhere: () => Promise<string | null>,
  ): Promise<NameFacts[]> {
    if (known.podUid === null) return [];
    const usual = (await this.#pods.get()).get(known.podUid) ?? [];
    const found = usual.map((logs) => ({ logs, path: `${POD_LOGS}/${logs.directory}` }));
    const directory = found.length > 0 ? null : await elsewhere();
    const other = directory === null ? null : parsePodLogs(basename(directory));
    if (other !== null) found.push({ logs: other, path: directory! });
    return Promise.all(found.map(({ logs, path }) => this.#facts(logs, path, known.container, isContainer)));
  }

  async #facts(
    { namespace, pod, podUid }: PodLogs,
    path: string,
    container: string | null,
    isContainer: () => Promise<boolean>,
  ): Promise<NameFacts> {
    const facts = { ...NO_FACTS, namespace, pod, podUid };
    const name = container ?? ((await isContainer()) ? await this.#only(path) : null);
    if (name === null) return facts;
    const restartCount = newestRestart((await this.#host.list(`${path}/${name}`)) ?? []);
    return { ...facts, scope: 'container', container: name, restartCount };
  }

  /** The one container that has ever had logs in this pod. The kubelet makes the directory before the container. */
  async #only(path: string): Promise<string | null> {
    const names = (await this.#host.list(path)) ?? [];
    return names.length === 1 ? containerName(names[0]) : null;
  }
}
