import type { Identity } from '@fgm/catalog';
import { dirname, join } from 'node:path';
import { Absences } from './absences.ts';
import { parseBundle } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { parseDockerConfig } from './docker-config.ts';
import type { NameFacts } from './facts.ts';
import type { HostFile, HostRoot, Stamp } from './host-root.ts';
import { Listing } from './listing.ts';
import type { ProcessFiles } from './process-files.ts';
import { isInfra, parseStorageContainers } from './storage.ts';
import { systemStores, userOf, userStores } from './stores.ts';
import type { Stores } from './stores.ts';

/** What a runtime's own files say about one container. */
export interface RuntimeFinding {
  readonly facts: NameFacts[];
  /** The files it is from, to see when they change. */
  readonly files: { readonly path: string; readonly stamp: Stamp }[];
  /** Where the bundle of the pod's sandbox would be. */
  sandboxBundle: string | null;
}

/** The lists of containers that containers/storage keeps; the second is for containers that do not outlive a reboot. */
const STORAGE_LISTS = ['containers.json', 'volatile-containers.json'];

/** The specification of a container, in the directory of its bundle. */
const BUNDLE = 'config.json';

/** Of so many data roots to which containers have led is known for each user: a node has one Docker, two at times. */
const MOST_LED_TO = 4;

/** The files in which a container's own runtime keeps what it knows, found by the container's id. */
export class RuntimeFiles {
  readonly #host: HostRoot;
  readonly #absences: Absences;
  readonly #processes: ProcessFiles;
  readonly #stores = new Map<number | null, Promise<Stores>>();
  /** Docker's data roots to which containers have led, by whose runtime: those that are gone lead nowhere. */
  readonly #ledTo = new Map<number | null, Set<string>>();
  readonly #listings = new Map<string, Listing<readonly string[]>>();
  readonly #lists = new Map<string, { stamp: Stamp; containers: ReadonlyMap<string, NameFacts> }>();

  constructor(host: HostRoot, processes: ProcessFiles) {
    this.#host = host;
    this.#absences = new Absences(host);
    this.#processes = processes;
  }

  /** Runtimes may have been installed or configured anew: their places are looked up again. */
  refresh(): void {
    this.#stores.clear();
  }

  /**
   * @param identity from the cgroup's path
   * @param directory whose cgroup.procs lists the container's processes, which lead to places that nobody told us
   */
  async find(identity: Identity, directory: string | null): Promise<RuntimeFinding> {
    const { runtime, cgroup } = identity;
    const user = userOf(cgroup);
    const stores = await this.#storesOf(user);
    const search = new Search(identity);
    const may = (...runtimes: readonly string[]) => runtime === null || runtimes.includes(runtime);
    if (may('docker')) await this.#dockers(search, stores.docker, user);
    if (search.missed && may('containerd')) await this.#bundles(search, stores.containerd, isNamespace, '');
    if (search.missed && may('cri-o', 'podman')) await this.#bundles(search, stores.storage, isDriver, 'userdata');
    if (search.missed && directory !== null) {
      const hint = await this.#processes.bundleHint(directory, user);
      // A shim serves all containers of a pod, and stays in the bundle of the first.
      const bundle = hint?.monitor === 'shim' ? join(dirname(hint.directory), search.id) : hint?.directory;
      if (bundle !== undefined) await this.#takeBundle(search, bundle, await this.#host.read(`${bundle}/${BUNDLE}`));
    }
    return search.finding;
  }

  /** The pod's directory of logs, as the sandbox's bundle has it. */
  async logDirectory(sandboxBundle: string | null): Promise<string | null> {
    if (sandboxBundle === null) return null;
    const file = await this.#host.read(`${sandboxBundle}/${BUNDLE}`);
    return file === null ? null : (parseBundle(file.text, true)?.logDirectory ?? null);
  }

  #storesOf(user: number | null): Promise<Stores> {
    const known = this.#stores.get(user);
    if (known !== undefined) return known;
    const found = user === null ? systemStores(this.#host) : userStores(this.#host, user);
    this.#stores.set(user, found);
    return found;
  }

  async #dockers(search: Search, roots: readonly string[], user: number | null): Promise<void> {
    for (const root of roots) await this.#docker(search, root);
    for (const root of this.#ledTo.get(user) ?? []) if (search.missed) await this.#docker(search, root);
  }

  /** Whether the container is there. */
  async #docker(search: Search, root: string): Promise<boolean> {
    const file = await this.#absences.read(`${root}/containers`, search.id, 'config.v2.json');
    const facts = file === null ? null : parseDockerConfig(file.text, search.id, search.identity.podUid);
    if (file === null || facts === null) return false;
    search.take(file, facts);
    return true;
  }

  #isDockers(root: string, cgroup: string): void {
    const user = userOf(cgroup);
    const roots = this.#ledTo.get(user) ?? new Set<string>();
    if (roots.size < MOST_LED_TO) this.#ledTo.set(user, roots.add(root));
  }

  /** Looks for `<root>/<one of its directories>/<id>/<below>/config.json`. */
  async #bundles(
    search: Search,
    roots: readonly string[],
    wanted: (name: string) => boolean,
    below: string,
  ): Promise<void> {
    for (const root of roots) {
      for (const name of (await this.#listing(root).get()).filter(wanted)) {
        const file = await this.#absences.read(join(root, name), search.id, join(below, BUNDLE));
        await this.#takeBundle(search, join(root, name, search.id, below), file);
      }
    }
  }

  async #takeBundle(search: Search, directory: string, file: HostFile | null): Promise<void> {
    const bundle = file === null ? null : parseBundle(file.text, search.identity.podUid !== null);
    if (file === null || bundle === null) return;
    search.take(file, bundle.facts);
    if (bundle.sandboxId !== null) search.finding.sandboxBundle = join(dirname(directory), bundle.sandboxId);
    const dataRoot = dockerRootOf(bundle, search.id);
    if (dataRoot !== null && (await this.#docker(search, dataRoot))) this.#isDockers(dataRoot, search.identity.cgroup);
    if (bundle.facts.runtime === 'podman') await this.#storage(search, dirname(dirname(directory)));
  }

  /** The container in its storage's lists, which are read once for all containers. */
  async #storage(search: Search, directory: string): Promise<void> {
    for (const path of STORAGE_LISTS.map((name) => `${directory}/${name}`)) {
      const stamp = await this.#host.stamp(path);
      if (stamp === null) continue;
      const facts = (await this.#list(path, stamp)).get(search.id);
      if (facts === undefined) continue;
      const scope = isInfra(facts.container, search.identity.cgroup) ? 'sandbox' : null;
      search.take({ path, stamp }, { ...facts, scope });
    }
  }

  async #list(path: string, stamp: Stamp): Promise<ReadonlyMap<string, NameFacts>> {
    const known = this.#lists.get(path);
    if (known?.stamp === stamp) return known.containers;
    const file = await this.#host.read(path);
    const containers = parseStorageContainers(file?.text ?? '');
    if (file !== null) this.#lists.set(path, { stamp: file.stamp, containers });
    return containers;
  }

  #listing(path: string): Listing<readonly string[]> {
    const known = this.#listings.get(path);
    if (known !== undefined) return known;
    const listing = new Listing(this.#host, path, (names) => names);
    this.#listings.set(path, listing);
    return listing;
  }
}

/** What has been found so far of one container. */
class Search {
  readonly identity: Identity;
  readonly id: string;
  readonly finding: RuntimeFinding = { facts: [], files: [], sandboxBundle: null };

  constructor(identity: Identity) {
    this.identity = identity;
    this.id = identity.containerId;
  }

  /** Whether no file of a runtime has been found. */
  get missed(): boolean {
    return this.finding.files.length === 0;
  }

  take({ path, stamp }: Pick<HostFile, 'path' | 'stamp'>, facts: NameFacts): void {
    this.finding.files.push({ path, stamp });
    this.finding.facts.push(facts);
  }
}

/** Docker's data root, by what it mounts into each of its containers: `<root>/containers/<id>/hostname`. */
function dockerRootOf({ mountSources }: Bundle, id: string): string | null {
  const mark = `/containers/${id}/`;
  const source = mountSources.find((source) => source.includes(mark));
  return source === undefined ? null : source.slice(0, source.indexOf(mark));
}

function isNamespace(name: string): boolean {
  return !name.startsWith('.');
}

function isDriver(name: string): boolean {
  return name.endsWith('-containers');
}
