import type { Identity } from '@fgm/catalog';
import { NO_FACTS, isComplete } from './facts.ts';
import type { Evidence, NameFacts, NameSource } from './facts.ts';
import { HostRoot } from './host-root.ts';
import { LogFiles } from './log-files.ts';
import { combine, withFacts } from './precedence.ts';
import type { Finding } from './precedence.ts';
import { ProcessFiles } from './process-files.ts';
import type { DiscoveryTime } from '../time.ts';
import { RuntimeFiles } from './runtime-files.ts';
import type { RuntimeFinding } from './runtime-files.ts';

/** A container whose names are looked for. */
export interface Subject {
  /** From the cgroup's path alone. */
  readonly identity: Identity;
  /** Whose cgroup.procs lists its processes. */
  readonly directory: string | null;
}

export interface Resolution extends Finding {
  /** Files of its runtime: when they change, there may be other names. */
  readonly files: RuntimeFinding['files'];
}

export interface ResolverOptions {
  readonly hostRoot: string;
  readonly procRoot: string;
  /** That of the machine unless given. */
  readonly time?: DiscoveryTime;
  /** Whose runtimes are believed beside the system's; this process's unless given, null for nobody's. */
  readonly ownUser?: number | null;
}

/** How old a look at a directory of all containers may be that is taken for one of now, in milliseconds, between two lookAnew(). */
const SHARE_MS = 200;

/** Finds out how containers are called, from files and processes of the node. */
export class Resolver {
  readonly #host: HostRoot;
  readonly #processes: ProcessFiles;
  readonly #runtime: RuntimeFiles;
  readonly #logs: LogFiles;

  constructor({ hostRoot, procRoot, time, ownUser }: ResolverOptions) {
    this.#host = new HostRoot(hostRoot, time, SHARE_MS);
    this.#processes = new ProcessFiles(procRoot, time, ownUser);
    this.#runtime = new RuntimeFiles(this.#host, this.#processes);
    this.#logs = new LogFiles(this.#host);
  }

  /** Files that were there and could not be read. */
  get errors(): number {
    return this.#host.errors + this.#processes.errors;
  }

  refresh(): void {
    this.#runtime.refresh();
  }

  /** Directories of all containers are looked at again; until then many containers in a row share a look. */
  lookAnew(): void {
    this.#host.lookAnew();
  }

  /** Whether something has come to, or gone from, one of the directories that hold what there is of all containers. */
  hasNews(): Promise<boolean> {
    return this.#host.hasNews();
  }

  /** Nobody asks about the container in this cgroup any more. */
  forget(directory: string): void {
    this.#processes.forget(directory);
  }

  /** Whether none of these files has changed since. */
  async unchanged(files: Resolution['files']): Promise<boolean> {
    for (const { path, stamp } of files) {
      const now = await this.#host.stamp(path);
      // A file that is gone has nothing new to say.
      if (now !== null && now !== stamp) return false;
    }
    return true;
  }

  /** Asks the sources in their order of trust, until nothing is left to be known. */
  async resolve({ identity, directory }: Subject): Promise<Resolution> {
    const inquiry = new Inquiry(identity);
    if (directory !== null) this.#processes.list(directory);
    const found = await this.#runtime.find(identity, directory);
    inquiry.add('runtime', found.facts);
    if (inquiry.done) return { ...inquiry.finding(), files: found.files };
    inquiry.add('log_link', await this.#logs.links(identity.containerId));
    await this.#mounts(inquiry, directory);
    if (!inquiry.done) {
      const elsewhere = () => this.#runtime.logDirectory(found.sandboxBundle);
      const isContainer = async () => inquiry.isContainer || (await this.#isOnlyOne(inquiry.known, directory));
      inquiry.add('pod_logs', await this.#logs.pod(inquiry.known, isContainer, elsewhere));
    }
    await this.#environ(inquiry, directory);
    return { ...inquiry.finding(), files: found.files };
  }

  async #mounts(inquiry: Inquiry, directory: string | null): Promise<void> {
    const { known } = inquiry;
    if (directory === null || known.container !== null || known.scope === 'sandbox') return;
    const facts = await this.#processes.mounts(directory, known.containerId, known.podUid !== null);
    if (facts !== null) inquiry.add('mounts', [facts]);
  }

  /** Whether no more than one of its pod is there, which is not told to be the sandbox. */
  async #isOnlyOne({ scope, podUid, container }: Identity, directory: string | null): Promise<boolean> {
    if (directory === null || podUid === null || container !== null || scope === 'sandbox') return false;
    return this.#processes.isOnlyOne(directory);
  }

  async #environ(inquiry: Inquiry, directory: string | null): Promise<void> {
    const { known } = inquiry;
    if (directory === null || known.podUid === null || known.pod !== null) return;
    const pod = await this.#processes.generatedName(directory);
    if (pod !== null) inquiry.add('environ', [{ ...NO_FACTS, pod }]);
  }
}

/** The evidence about one container, as it comes in. */
class Inquiry {
  readonly #identity: Identity;
  readonly #evidence: Evidence[] = [];
  known: Identity;
  isContainer = false;

  constructor(identity: Identity) {
    this.#identity = identity;
    this.known = identity;
  }

  get done(): boolean {
    return isComplete(this.known);
  }

  add(source: NameSource, facts: readonly NameFacts[]): void {
    if (facts.length === 0) return;
    this.#evidence.push(...facts.map((facts) => ({ source, facts })));
    const finding = this.finding();
    this.known = withFacts(this.#identity, finding.facts);
    this.isContainer = finding.facts.scope === 'container';
  }

  finding(): Finding {
    return combine(this.#identity, this.#evidence);
  }
}
