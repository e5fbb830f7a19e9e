import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeIfEmpty } from '@fgm/scenarios';
import { run } from '@fgm/scenarios';
import { containerId, missingParents } from '@fgm/scenarios';
import { containerSpecification, type PodContext } from './container-specification.ts';
import type { PodContainerSpec, PodSpec } from './manifest.ts';
import { PodContainer } from './pod-container.ts';

const ASK = `const answer = await fetch(process.argv[1]);
if (!answer.ok) throw new Error(answer.status + ' ' + (await answer.text()));
process.stdout.write(await answer.text());`;

export interface PodOptions {
  /** Root file system of its image: never written to. */
  readonly rootfs: string;
  readonly image: PodContext['image'];
  readonly fields?: PodContext['fields'];
  readonly volumes?: PodContext['volumes'];
}

/**
 * A pod without a kubelet: a network namespace in which nothing but `lo` is, and containers in it that runc runs as the
 * manifest has them. What it makes has names and cgroups of its own, and is gone after remove().
 */
export class PodSandbox {
  readonly uid = randomUUID();
  readonly #spec: PodSpec;
  readonly #options: PodOptions;
  readonly #directory = mkdtempSync(join(tmpdir(), 'fgm-pod-'));
  readonly #holder: ChildProcess;
  readonly #containers: PodContainer[] = [];
  readonly #parents: readonly string[];

  private constructor(spec: PodSpec, options: PodOptions, holder: ChildProcess) {
    this.#spec = spec;
    this.#options = options;
    this.#holder = holder;
    this.#parents = missingParents(`${this.#cgroup}/x`);
  }

  static async start(spec: PodSpec, options: PodOptions): Promise<PodSandbox> {
    const script = 'busybox ip link set lo up && echo up && exec sleep 1000000';
    const holder = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    holder.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const isUp = await new Promise<boolean>((resolve) => {
      holder.stdout.once('data', () => resolve(true));
      holder.once('close', () => resolve(false));
    });
    if (!isUp) throw new Error(`no network namespace: ${said}`);
    return new PodSandbox(spec, options, holder);
  }

  get #cgroup(): string {
    return `/kubepods/burstable/pod${this.uid}`;
  }

  /** Runs one of its containers. @param args take the place of those of the manifest */
  run(name: string, args?: readonly string[]): PodContainer {
    const found = this.#spec.containers.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`the pod has no container ${name}`);
    const spec: PodContainerSpec = args === undefined ? found : { ...found, args };
    const id = containerId();
    const directory = join(this.#directory, id);
    mkdirSync(directory);
    const cgroup = `${this.#cgroup}/${id}`;
    const rootfs = join(directory, 'rootfs');
    const specification = containerSpecification(this.#spec, spec, { context: this.#context, rootfs, cgroup });
    const container = new PodContainer({ id, cgroup, directory, image: this.#options.rootfs, specification });
    this.#containers.push(container);
    return container;
  }

  get #context(): PodContext {
    const { fields = {}, volumes = {}, image } = this.#options;
    return { fields, volumes, image, directory: this.#directory, network: `/proc/${this.#holder.pid}/ns/net` };
  }

  /** What an HTTP server in it answers: as a probe of the kubelet asks. @throws Error when none answers, or with 4xx or 5xx */
  get(port: number, path: string): string {
    const inside = [`--net=${this.#context.network}`, process.execPath, '--input-type=module', '--eval', ASK];
    return run('nsenter', [...inside, `http://127.0.0.1:${port}${path}`], { env: { PATH: process.env['PATH'] } });
  }

  /** Ends its containers and removes whatever it has made. */
  async remove(): Promise<void> {
    for (const container of this.#containers) await container.remove();
    this.#holder.kill('SIGKILL');
    for (const directory of this.#parents) removeIfEmpty(directory);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
