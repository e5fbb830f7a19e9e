import type { Written } from '@fgm/catalog';
import type { CgroupNode } from './tree.ts';

/** Nobody reads the settings or events of a cgroup again because a process was moved into it. */
const NO_NEWS: ReadonlySet<string> = new Set(['cgroup.procs', 'cgroup.threads', 'tasks']);

/** Which files have changed, each named once however often it was written before somebody asked. */
export class WrittenFiles {
  readonly #files = new Map<CgroupNode, Set<string>>();

  /** @param node the entity's directory, or the one that it was written in if that is below */
  add(node: CgroupNode, file: string): void {
    if (NO_NEWS.has(file)) return;
    const files = this.#files.get(node);
    if (files === undefined) this.#files.set(node, new Set([file]));
    else files.add(file);
  }

  /** @param numberOf the entity of a directory; null when nobody knows it */
  take(numberOf: (node: CgroupNode) => number | null): Written[] {
    const written: Written[] = [];
    for (const [node, files] of this.#files) {
      const entity = numberOf(node);
      if (entity !== null) written.push({ entity, files: [...files] });
    }
    this.#files.clear();
    return written;
  }
}
