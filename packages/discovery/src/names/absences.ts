import type { HostFile, HostRoot, Stamp } from './host-root.ts';

/** Of so many names that are missing it is known; then all are looked for anew. */
const MOST = 4_096;

/**
 * Files of containers in directories that hold those of all of them. A name that was not there is looked for again only when
 * its directory has changed.
 */
export class Absences {
  readonly #host: HostRoot;
  /** Paths at which there was nothing, with the stamp of their directory from before that was seen. */
  readonly #absent = new Map<string, Stamp>();

  constructor(host: HostRoot) {
    this.#host = host;
  }

  /** The file `<directory>/<name>/<below>`; null when there is none. */
  async read(directory: string, name: string, below: string): Promise<HostFile | null> {
    const place = `${directory}/${name}`;
    const { stamp, settled } = await this.#host.look(directory);
    if (stamp === null || this.#absent.get(place) === stamp) return null;
    const file = await this.#host.read(`${place}/${below}`);
    // A directory may be there before its file.
    if (file === null && settled && (await this.#host.stamp(place)) === null) this.#note(place, stamp);
    else this.#absent.delete(place);
    return file;
  }

  #note(place: string, stamp: Stamp): void {
    if (this.#absent.size >= MOST) this.#absent.clear();
    this.#absent.set(place, stamp);
  }
}
