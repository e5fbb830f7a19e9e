import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@fgm/scenarios';

const SCRIPT = fileURLToPath(new URL('../rigs/podman.sh', import.meta.url));

/** Podman with a storage of its own, one image (`localhost/busybox:rig`) and no network; cgroups by its cgroupfs manager. */
export class PodmanRig {
  /** What is / on a node: below it `var/lib/containers/storage`. */
  readonly root: string;
  readonly #base: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    this.#base = mkdtempSync(join(tmpdir(), 'fgm-pod-'));
    this.root = join(this.#base, 'podman');
    this.#env = { ...process.env, FGM_RIG_DIR: this.#base };
  }

  /** `podman ARGS…`; gives what it printed, without the line end. */
  podman(...args: readonly string[]): string {
    return run('bash', [SCRIPT, ...args], { env: this.#env }).trimEnd();
  }

  /** Starts a container in the background and gives its id. `flags` stand before the image. */
  start(flags: readonly string[], ...command: readonly string[]): string {
    return this.podman('run', '--detach', '--network', 'none', ...flags, 'localhost/busybox:rig', ...command);
  }

  /** Removes all pods and containers, and all files. */
  stop(): void {
    run('bash', [SCRIPT, '--stop'], { env: this.#env });
    rmSync(this.#base, { recursive: true, force: true });
  }
}
