import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Examined } from '../../src/doctor/check.ts';

/** Writes files below a directory, by path. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Settings that point all checks below a directory. */
export function examined(root: string, part: Partial<Examined> = {}): Examined {
  return {
    procRoot: join(root, 'proc'),
    cgroupRoot: join(root, 'cgroup'),
    hostRoot: root,
    outputDir: join(root, 'data'),
    identifier: 'box',
    retentionBytes: 1,
    listen: null,
    memory: 'rollup',
    ...part,
  };
}
