import { FakeTree } from '@fgm/testkit';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { FgmProcess } from '../../../agent/test/harness/fgm-process.ts';

/** Environment of what was built, not of the sources; more of it follows as NAME=VALUE. */
const BUILT = ['env', 'FGM_SOURCE=0'];
/** Ends with the test, however that ends. */
export const WITH_US = ['setpriv', '--pdeathsig', 'KILL'] as const;
const LITTLE = ['--interval', '100ms', '--burst', 'off', '--consolidate', 'off'];

export interface Started {
  readonly directory?: string;
  readonly flags?: readonly string[];
  /** NAME=VALUE, and a program with its arguments. */
  readonly prefix?: readonly string[];
  /** Where one has listened before. */
  readonly url?: string;
}

/** Recorders of a test, which must have ended when its directories go. */
const started = new Map<string, FgmProcess[]>();

/** Starts the recorder that was built. What it looks at is for its flags to say. */
export async function startRecorder(
  t: Test,
  { directory, flags = [], prefix = [], url }: Started,
): Promise<FgmProcess> {
  const listen = url === undefined ? [] : ['--listen', new URL(url).host];
  const data = directory ?? join(t.testdirName, 'data');
  const fgm = await FgmProcess.start(t, data, [...LITTLE, ...flags, ...listen], {
    prefix: [...WITH_US, ...BUILT, ...prefix],
  });
  started.set(t.testdirName, [...(started.get(t.testdirName) ?? []), fgm]);
  return fgm;
}

export async function stopRecorders(t: Test): Promise<void> {
  for (const fgm of started.get(t.testdirName) ?? []) if (fgm.running) await fgm.kill();
}

/** Flags that show a recorder a machine of plain files, with these containers. */
export function fakeMachine(t: Test, containers = 3, processes = 1): string[] {
  const directory = join(t.testdirName, 'machine');
  mkdirSync(directory, { recursive: true });
  const tree = new FakeTree(directory, { containers, processes });
  return ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', directory];
}
