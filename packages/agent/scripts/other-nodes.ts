import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** A Node.js that is not the one that runs this. */
export interface OtherNode {
  readonly name: string;
  /**
   * Gets it and says how it is started.
   * @param timeout milliseconds it may take
   * @throws Error whose message's last line says why it cannot be had
   */
  readonly get: (timeout: number) => readonly string[];
}

/** The CPU of this machine, and the one that is emulated, which takes many times as long. */
const [OWN, OTHER] = process.arch === 'arm64' ? ['arm64', 'x64'] : ['x64', 'arm64'];

/**
 * The last one before another libzstd, which is too old for `fgm` but not for a replay; the oldest that is supported; the newest
 * of each line. What tells most comes first, for when there is not time for all.
 */
const NODES = [
  ['22.15.0', OWN],
  ['22.18.0', OWN],
  ['24', OWN],
  ['26', OTHER],
  ['22', OWN],
  ['26', OWN],
  ['22.18.0', OTHER],
  ['24', OTHER],
] as const;

const EMULATORS: Readonly<Record<string, { readonly program: string; readonly libraries: string }>> = {
  x64: { program: 'qemu-x86_64-static', libraries: '/usr/x86_64-linux-gnu' },
  arm64: { program: 'qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu' },
};

/** All that are to be compared, out of the npm registry. @param directory where they are kept */
export function otherNodes(directory: string): OtherNode[] {
  return NODES.map(([version, arch]) => ({
    name: `Node.js ${version} on ${arch}`,
    get: (timeout) => [...(arch === OTHER ? emulator(arch) : []), download(directory, arch, version, timeout)],
  }));
}

function emulator(arch: string): string[] {
  const { program, libraries } = EMULATORS[arch]!;
  if (!existsSync(`${libraries}/lib`)) throw new Error(`no C library for it in ${libraries} (libstdc++6-*-cross)`);
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
  } catch (cause) {
    throw new Error(`no ${program} (qemu-user-static)`, { cause });
  }
  return [program, '-L', libraries];
}

/** These packages hold the official binary, and nothing that must be run to install it. */
function download(directory: string, arch: string, version: string, timeout: number): string {
  const into = mkdtempSync(join(directory, 'node-'));
  const name = `node-linux-${arch}@${version}`;
  const pack = ['pack', '--silent', '--fetch-retries=1', `--pack-destination=${into}`, name];
  const file = execFileSync('npm', pack, { encoding: 'utf8', stdio: 'pipe', timeout }).trim();
  execFileSync('tar', ['-xzf', join(into, file), '-C', into]);
  return join(into, 'package/bin/node');
}
