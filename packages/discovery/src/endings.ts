import type { FinalFigures } from '@fgm/catalog';
import { KernelFile } from '@fgm/kernfs';
import type { EntityPlace } from './entity-place.ts';
import { FinalReader } from './final-figures.ts';
import { SYSTEM_TIME, type DiscoveryTime, type Timer } from './time.ts';
import type { CgroupNode } from './tree.ts';

export interface EndingsListener {
  /** Where the entity of this directory can be read; null when it is none any more. */
  place(node: CgroupNode): EntityPlace | null;
  /** Its last figures as far as they are known. Called again when they are read again. */
  figures(node: CgroupNode, figures: FinalFigures): void;
  /** The last process has gone and the directory has stayed. `time`: milliseconds since the Unix epoch. */
  stopped(node: CgroupNode, time: number): void;
  /** There are processes in it again. */
  restarted(node: CgroupNode, time: number): void;
}

/**
 * Milliseconds after the last process has gone at which the figures are read again: what it uses on its last steps out is
 * charged a little later. Who has not lost its directory after all of them is told of as stopped.
 */
const READ_AGAIN_MS = [1, 4, 20, 200] as const;
/**
 * A runtime's own first processes may leave a cgroup empty for an instant before the container's come: so long after its making,
 * in milliseconds, one that is emptied and filled again has neither stopped nor been started again, and is waited for.
 */
const YOUNG_MS = 1_000;

/**
 * The kernel tells of cgroup.events only while it has the file in memory, so the file stays open; beyond so many it is only
 * looked at, and the kernel may forget it when memory is short.
 */
const MOST_OPEN = 4096;
const EVENTS_BYTES = 256;
const POPULATED = 'populated ';

type Populated = 'unknown' | 'yes' | 'no';

interface Ending {
  readonly events: KernelFile;
  populated: Populated;
  /** Milliseconds since the epoch at which the last process went; null while there are some, or before the first. */
  emptySince: number | null;
  figures: FinalFigures | null;
  told: boolean;
  /** When it was made, milliseconds since the epoch; -Infinity when it was there before. */
  readonly bornAt: number;
  timer: Timer | null;
}

/**
 * The end of cgroups in a v2 tree. When the last process of one goes, cgroup.events changes and inotify says so; from then
 * until the runtime removes the directory its figures are final and still readable. That is the time in which they are read,
 * at once and on this thread.
 */
export class Endings {
  /** Endings that were seen by cgroup.events. */
  seen = 0;
  readonly #endings = new Map<CgroupNode, Ending>();
  readonly #reader: FinalReader;
  readonly #listener: EndingsListener;
  readonly #time: DiscoveryTime;
  readonly #mostOpen: number;
  readonly #buffer = new Uint8Array(EVENTS_BYTES);
  #open = 0;

  /** @param mostOpen descriptors that may be kept open */
  constructor(
    listener: EndingsListener,
    reader: FinalReader = new FinalReader(),
    time: DiscoveryTime = SYSTEM_TIME,
    mostOpen = MOST_OPEN,
  ) {
    this.#listener = listener;
    this.#reader = reader;
    this.#time = time;
    this.#mostOpen = mostOpen;
  }

  /**
   * Follows an entity's directory. Its watch must be set already, so that no change falls between.
   * @param fresh it was made just now: if it is empty and has used CPU, its end was before we came
   */
  add(node: CgroupNode, fresh: boolean): void {
    if (this.#endings.has(node)) return;
    const events = new KernelFile(`${node.directory}/cgroup.events`, { whole: true });
    const ending: Ending = {
      events,
      populated: 'unknown',
      emptySince: null,
      figures: null,
      told: false,
      bornAt: fresh ? this.#time.wall() : -Infinity,
      timer: null,
    };
    this.#endings.set(node, ending);
    this.#look(node, ending);
    if (fresh) this.#lookForEarlyEnd(node, ending);
  }

  /** The kernel says that cgroup.events has changed. */
  changed(node: CgroupNode): void {
    const ending = this.#endings.get(node);
    if (ending === undefined || this.#look(node, ending) || ending.populated !== 'no') return;
    // It tells at most every 10 ms (CGROUP_FILE_NOTIFY_MIN_INTV): processes may have come and gone since the last look.
    if (ending.emptySince === null) this.#lookForEarlyEnd(node, ending);
    else this.#readFigures(node, ending);
  }

  /** All of them may have changed. */
  lookAtAll(): void {
    for (const [node, ending] of this.#endings) this.#look(node, ending);
  }

  /** The directory is gone. True when its last process was seen to go. */
  remove(node: CgroupNode): boolean {
    const ending = this.#endings.get(node);
    if (ending === undefined) return false;
    this.#forget(node, ending);
    return ending.emptySince !== null;
  }

  closeAll(): void {
    for (const [node, ending] of this.#endings) this.#forget(node, ending);
  }

  /** Reads whether there are processes in it. True when that is not what it was. */
  #look(node: CgroupNode, ending: Ending): boolean {
    const populated = this.#read(ending.events);
    if (populated === 'unknown' || populated === ending.populated) return false;
    const before = ending.populated;
    ending.populated = populated;
    if (populated === 'yes') this.#filled(node, ending);
    else if (before === 'yes') this.#emptied(node, ending);
    return true;
  }

  /** An empty one that has used CPU has had processes that nobody saw. */
  #lookForEarlyEnd(node: CgroupNode, ending: Ending): void {
    const place = this.#listener.place(node);
    if (ending.populated !== 'no' || place === null) return;
    const figures = this.#reader.read(place);
    if ((figures?.values['cpu_stat_usage_usec'] ?? 0) > 0) this.#emptied(node, ending);
  }

  #filled(node: CgroupNode, ending: Ending): void {
    if (ending.timer !== null) this.#time.cancel(ending.timer);
    ending.timer = null;
    if (ending.emptySince !== null && (ending.told || !isYoung(ending))) {
      this.#tellStopped(node, ending);
      this.#listener.restarted(node, this.#time.wall());
    }
    ending.emptySince = null;
    ending.told = false;
  }

  #emptied(node: CgroupNode, ending: Ending): void {
    ending.emptySince = this.#time.wall();
    this.seen++;
    this.#readFigures(node, ending);
    this.#readAgain(node, ending, 0);
  }

  #readAgain(node: CgroupNode, ending: Ending, step: number): void {
    const waited = step === 0 ? 0 : READ_AGAIN_MS[step - 1]!;
    const next = READ_AGAIN_MS[step];
    if (next === undefined) return this.#wait(node, ending);
    ending.timer = this.#time.after(next - waited, () => {
      this.#readFigures(node, ending);
      this.#readAgain(node, ending, step + 1);
    });
  }

  #wait(node: CgroupNode, ending: Ending): void {
    if (!isYoung(ending)) return this.#tellStopped(node, ending);
    ending.timer = this.#time.after(YOUNG_MS, () => this.#tellStopped(node, ending));
  }

  #readFigures(node: CgroupNode, ending: Ending): void {
    const place = this.#listener.place(node);
    if (place === null) return;
    ending.figures = this.#reader.read(place, ending.figures);
    if (ending.figures !== null) this.#listener.figures(node, ending.figures);
  }

  #tellStopped(node: CgroupNode, ending: Ending): void {
    if (ending.told || ending.emptySince === null) return;
    ending.told = true;
    this.#listener.stopped(node, ending.emptySince);
  }

  #forget(node: CgroupNode, ending: Ending): void {
    if (ending.timer !== null) this.#time.cancel(ending.timer);
    if (ending.events.isOpen) this.#open--;
    ending.events.close();
    this.#endings.delete(node);
  }

  #read(file: KernelFile): Populated {
    if (!file.isOpen) {
      if (file.open() < 0) return 'unknown';
      this.#open++;
    }
    const length = file.read(this.#buffer);
    if (this.#open > this.#mostOpen) {
      file.close();
      this.#open--;
    }
    return length > 0 ? populatedIn(Buffer.from(this.#buffer.buffer, 0, length).toString('latin1')) : 'unknown';
  }
}

function isYoung({ bornAt, emptySince }: Ending): boolean {
  return emptySince !== null && emptySince - bornAt < YOUNG_MS;
}

/** The `populated` line of a cgroup.events. https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files */
function populatedIn(text: string): Populated {
  const line = text.split('\n').find((candidate) => candidate.startsWith(POPULATED));
  if (line === undefined) return 'unknown';
  return line === `${POPULATED}1` ? 'yes' : line === `${POPULATED}0` ? 'no' : 'unknown';
}
