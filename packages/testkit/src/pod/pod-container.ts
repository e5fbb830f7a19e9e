import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@fgm/scenarios';

export interface PodContainerOptions {
  readonly id: string;
  readonly cgroup: string;
  /** For its files; its root file system is mounted at `rootfs` in it. */
  readonly directory: string;
  /** Root file system of the image. */
  readonly image: string;
  /** The runtime's config.json. */
  readonly specification: object;
}

/** A container that runc runs in the foreground, so that its exit code is known, on a layer above its image, as runtimes do. */
export class PodContainer {
  readonly id: string;
  readonly cgroup: string;
  readonly #directory: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #hasEnded = false;
  #stdout = '';
  #stderr = '';

  constructor({ id, cgroup, directory, image, specification }: PodContainerOptions) {
    this.id = id;
    this.cgroup = cgroup;
    this.#directory = directory;
    const [upper, work, rootfs] = ['upper', 'work', 'rootfs'].map((name) => join(directory, name));
    for (const path of [upper!, work!, rootfs!]) mkdirSync(path);
    const layers = `lowerdir=${image},upperdir=${upper},workdir=${work}`;
    run('mount', ['-t', 'overlay', 'overlay', '-o', layers, rootfs!]);
    writeFileSync(join(directory, 'config.json'), JSON.stringify(specification));
    const args = ['run', '--bundle', directory, '--pid-file', this.#pidFile, id];
    this.#child = spawn('runc', [...this.#global, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout!.on('data', (bytes: Buffer) => (this.#stdout += bytes.toString()));
    this.#child.stderr!.on('data', (bytes: Buffer) => (this.#stderr += bytes.toString()));
    this.#ended = new Promise((resolve) =>
      this.#child.once('close', (code) => {
        this.#hasEnded = true;
        resolve(code);
      }),
    );
  }

  get #global(): string[] {
    return ['--root', join(this.#directory, 'state')];
  }

  get #pidFile(): string {
    return join(this.#directory, 'pid');
  }

  /** Process id of its first process, as this process sees it; null before it has one. */
  get pid(): number | null {
    return existsSync(this.#pidFile) ? Number(readFileSync(this.#pidFile, 'utf8')) : null;
  }

  /** Its exit code. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  get running(): boolean {
    return !this.#hasEnded;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Files that it has made or changed outside of its mounts. */
  get filesWritten(): string[] {
    const entries = readdirSync(join(this.#directory, 'upper'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  }

  /** Sends it SIGTERM, as a kubelet does, and waits for its end. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }

  /** Kills it and removes its cgroup and its layer. */
  async remove(): Promise<void> {
    if (existsSync(join(this.#directory, 'state', this.id))) {
      run('runc', [...this.#global, 'delete', '--force', this.id]);
    }
    this.#child.kill('SIGKILL');
    await this.#ended;
    run('umount', [join(this.#directory, 'rootfs')]);
  }
}
