import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@fgm/scenarios';

const SCRIPT = fileURLToPath(new URL('../rigs/docker.sh', import.meta.url));

/** A Docker daemon of our own, with one image (`busybox:rig`) and no network. */
export class DockerRig {
  /** Its files; below it `data` is what /var/lib/docker is elsewhere. */
  readonly directory: string;
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;

  /** Starts it, which takes about a second. `flags` go to dockerd. */
  constructor(...flags: readonly string[]) {
    this.#root = mkdtempSync(join(tmpdir(), 'fgm-docker-'));
    this.directory = join(this.#root, 'docker');
    this.#env = { ...process.env, FGM_RIG_DIR: this.#root };
    const host = run('bash', [SCRIPT, 'start', ...flags], { env: this.#env }).trim();
    this.#env = { ...this.#env, DOCKER_HOST: host };
  }

  /** `docker ARGS…`; gives what it printed, without the line end. */
  docker(...args: readonly string[]): string {
    return run('docker', args, { env: this.#env }).trimEnd();
  }

  /** Starts a container in the background and gives its id. `flags` stand before the image. */
  start(flags: readonly string[], ...command: readonly string[]): string {
    return this.docker('run', '--detach', '--network', 'none', ...flags, 'busybox:rig', ...command);
  }

  /** Process id of a container's first process. */
  pid(id: string): number {
    return Number(this.docker('inspect', '--format', '{{.State.Pid}}', id));
  }

  /** Removes all containers, ends the daemon, deletes its files. */
  stop(): void {
    run('bash', [SCRIPT, 'stop'], { env: this.#env });
    rmSync(this.#root, { recursive: true, force: true });
  }
}
