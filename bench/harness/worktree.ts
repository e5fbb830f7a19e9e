import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SCOPE = '@fgm';

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', REPOSITORY, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** The full name of a commit, or null when the repository has none of this name. */
export function commitOf(revision: string): string | null {
  try {
    return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  } catch {
    return null;
  }
}

/**
 * A commit checked out beside this work tree, with this one's installed packages and benchmarks: both versions are measured by
 * the same code. It is gone when this process is, however that ends short of SIGKILL.
 */
export class Worktree {
  readonly #parent = mkdtempSync(join(tmpdir(), `fgm-compare-${process.pid}-`));
  readonly directory = join(this.#parent, 'base');
  readonly #atExit = (): void => this.remove();

  constructor(commit: string) {
    process.once('exit', this.#atExit);
    git('worktree', 'add', '--detach', '--quiet', this.directory, commit);
    this.#linkPackages();
    rmSync(this.bench, { recursive: true, force: true });
    const out = join(REPOSITORY, 'bench', 'out');
    cpSync(join(REPOSITORY, 'bench'), this.bench, { recursive: true, filter: (path) => path !== out });
  }

  get bench(): string {
    return join(this.directory, 'bench');
  }

  remove(): void {
    process.off('exit', this.#atExit);
    rmSync(this.#parent, { recursive: true, force: true });
    git('worktree', 'prune');
  }

  /** Those of others as they are installed here, those of the repository as they were then. */
  #linkPackages(): void {
    const [from, to] = [join(REPOSITORY, 'node_modules'), join(this.directory, 'node_modules')];
    mkdirSync(join(to, SCOPE), { recursive: true });
    for (const name of readdirSync(from)) if (name !== SCOPE) symlinkSync(join(from, name), join(to, name));
    const packages = join(this.directory, 'packages');
    for (const name of readdirSync(packages)) {
      const description = join(packages, name, 'package.json');
      if (!existsSync(description)) continue;
      const { name: full } = JSON.parse(readFileSync(description, 'utf8')) as { readonly name: string };
      symlinkSync(join(packages, name), join(to, full));
    }
  }
}
