import { basename, dirname, join } from 'node:path';
import { parseContainerName } from '../container-name.ts';
import type { DiscoveryTime } from '../time.ts';
import { AskedProcesses } from './asked-processes.ts';
import { generatedName } from './generated-name.ts';
import { HostRoot } from './host-root.ts';
import type { NameFacts } from './facts.ts';
import { KernelTexts } from './kernel-texts.ts';
import { parsePodMounts } from './pod-mounts.ts';

/** Where the runtime that watches over a container has its bundle. */
export interface BundleHint {
  readonly directory: string;
  /** Who told: `conmon` of Podman and CRI-O, or a shim of containerd. */
  readonly monitor: 'conmon' | 'shim';
}

/**
 * What the processes of a container tell about it. A number that was read as that of a process may be another's by the time
 * it is looked at: what is read counts only when the process is still listed in the cgroup afterwards.
 */
export class ProcessFiles {
  readonly #proc: HostRoot;
  readonly #kernel = new KernelTexts();
  readonly #asked: AskedProcesses;
  readonly #ownUser: number | null;
  /** Whose processes were listed for all questions about it. */
  #listed: { readonly directory: string; readonly list: string } | null = null;

  /** @param ownUser whose runtimes are believed beside the system's */
  constructor(procRoot: string, time?: DiscoveryTime, ownUser: number | null = process.geteuid?.() ?? null) {
    this.#proc = new HostRoot(procRoot, time);
    this.#asked = new AskedProcesses(this.#proc.time);
    this.#ownUser = ownUser;
  }

  get errors(): number {
    return this.#proc.errors + this.#kernel.errors;
  }

  /** Several questions about this cgroup follow: for all of them together its processes are listed once. */
  list(directory: string): void {
    this.#listed = { directory, list: this.#list(directory) };
  }

  /** Nobody asks about the processes in this cgroup any more. */
  forget(directory: string): void {
    this.#asked.forget(directory);
  }

  /** What has been mounted into the container with this id. */
  mounts(directory: string, id: string, inPod: boolean): Promise<NameFacts | null> {
    const told = new Map<string, NameFacts | null>();
    return this.#ask(`mounts ${inPod}`, directory, async (pid) => {
      const mountinfo = this.#text(`/${pid}/mountinfo`);
      // Mostly they all see the same.
      if (!told.has(mountinfo)) told.set(mountinfo, parsePodMounts(mountinfo, id, inPod));
      return told.get(mountinfo)!;
    });
  }

  /** The pod's name, where the host name in the environment can be nothing else. */
  generatedName(directory: string): Promise<string | null> {
    return this.#ask('host name', directory, async (pid) => {
      const [own, node] = [this.#link(`/${pid}/ns/uts`), this.#link('/1/ns/uts')];
      // The node's own host name is no pod's; where that cannot be ruled out, nothing is said.
      if (own === null || node === null || own === node) return null;
      return generatedName(await this.#memory(`/${pid}/environ`));
    });
  }

  /**
   * Whether this is the only container whose cgroup is in that of its pod, and runs something. A pod whose containers wait for
   * their restart has only its sandbox there, in which nothing but `pause` runs.
   */
  async isOnlyOne(directory: string): Promise<boolean> {
    const names = this.#kernel.names(dirname(directory)) ?? [];
    if (names.filter((name) => parseContainerName(name, '') !== null).length !== 1) return false;
    const runs = await this.#ask('program', directory, async (pid) => {
      const comm = this.#text(`/${pid}/comm`);
      return comm === '' || comm === 'pause\n' ? null : true;
    });
    return runs === true;
  }

  /** @param user whose runtime may be believed, beside the system's; null for the system's only */
  bundleHint(directory: string, user: number | null): Promise<BundleHint | null> {
    return this.#ask('parent', directory, async (pid, listed) => {
      const parent = this.#parentOf(pid);
      // Only the container's first process was started by its runtime.
      if (listed.includes(parent)) return null;
      if (!(parent > 1) || !this.#isRuntimes(parent, user)) return null;
      const words = (await this.#memory(`/${parent}/cmdline`)).split('\0');
      const program = basename(words[0] ?? '');
      if (program === 'conmon') return hint('conmon', words.includes('-b') ? words[words.indexOf('-b') + 1] : null);
      return program.startsWith('containerd-shim') ? hint('shim', this.#link(`/${parent}/cwd`)) : null;
    });
  }

  /** 0 when it is not known. */
  #parentOf(pid: number): number {
    // `<pid> (<name>) <state> <parent> …`: the name may hold anything, its end is the last parenthesis.
    const status = this.#text(`/${pid}/stat`);
    return Number(status.slice(status.lastIndexOf(')') + 1).split(' ', 3)[2]) || 0;
  }

  #text(path: string): string {
    return this.#kernel.text(this.#proc.root + path);
  }

  #link(path: string): string | null {
    return this.#kernel.link(this.#proc.root + path);
  }

  /** What is read from a process's memory may take its time. */
  async #memory(path: string): Promise<string> {
    return (await this.#proc.read(path))?.text ?? '';
  }

  #isRuntimes(pid: number, user: number | null): boolean {
    const uid = this.#kernel.owner(join(this.#proc.root, String(pid)));
    return uid !== null && (uid === 0 || uid === user || uid === this.#ownUser);
  }

  #ask<T>(question: string, directory: string, look: Look<T>): Promise<T | null> {
    const list = this.#listed?.directory === directory ? this.#listed.list : this.#list(directory);
    const pids = async (): Promise<number[]> => pidsIn(this.#list(directory));
    return this.#asked.ask(question, directory, list, () => askMembers(pids, look));
  }

  #list(directory: string): string {
    return this.#kernel.text(`${directory}/cgroup.procs`);
  }
}

/** 0 stands for a process that this pid namespace does not see. */
function pidsIn(list: string): number[] {
  return list
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0)
    .toSorted((left, right) => left - right);
}

function hint(monitor: BundleHint['monitor'], directory: string | null | undefined): BundleHint | null {
  return directory?.startsWith('/') === true ? { monitor, directory } : null;
}

type Look<T> = (pid: number, listed: readonly number[]) => Promise<T | null>;

/** So many processes of a container are asked: its first one is mostly the one with the lowest number. */
const MOST_ASKED = 8;

/** What the first of the listed that can tell something says, unless it is no longer listed when it has said it. */
export async function askMembers<T>(list: () => Promise<readonly number[]>, look: Look<T>): Promise<T | null> {
  const listed = await list();
  for (const pid of listed.slice(0, MOST_ASKED)) {
    const answer = await look(pid, listed);
    if (answer !== null && (await list()).includes(pid)) return answer;
  }
  return null;
}
