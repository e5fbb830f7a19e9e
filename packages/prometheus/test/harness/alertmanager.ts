import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { Server } from './server.ts';

export interface Notice {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const PROGRAM = 'prometheus-alertmanager';
/** Compiled into Debian's Alertmanager, which does not start without. */
const TEMPLATES = '/usr/share/prometheus/alertmanager/default.tmpl';

/** A real Alertmanager, and what it has sent. */
export class Alertmanager {
  readonly notices: Notice[] = [];
  readonly #hook: http.Server;
  #server: Server | null = null;

  static async start(directory: string): Promise<Alertmanager> {
    const alertmanager = new Alertmanager();
    await alertmanager.#start(directory);
    return alertmanager;
  }

  private constructor() {
    this.#hook = http.createServer((request, response) => {
      void request.toArray().then((chunks) => {
        const { alerts } = JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as { alerts: Notice[] };
        this.notices.push(...alerts);
        response.end();
      });
    });
  }

  get url(): string {
    return this.#server!.url;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#hook.close();
    this.#hook.closeAllConnections();
  }

  async #start(directory: string): Promise<void> {
    await new Promise<void>((resolve) => this.#hook.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(this.#hook.address() as AddressInfo).port}/`;
    const config = join(directory, 'alertmanager.yaml');
    const route = {
      receiver: 'hook',
      group_by: ['...'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '1h',
    };
    writeFileSync(config, stringify({ route, receivers: [{ name: 'hook', webhook_configs: [{ url }] }] }));
    this.#server = await Server.start([
      ...withTemplates(),
      `--config.file=${config}`,
      `--storage.path=${join(directory, 'alertmanager')}`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
    ]);
  }
}

/** Unpacked, not installed, it has to find its templates all the same: in a view of /usr/share that only it has. */
function withTemplates(): [string, ...string[]] {
  if (existsSync(TEMPLATES)) return [PROGRAM];
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const program = realpathSync(directories.map((one) => join(one, PROGRAM)).find((one) => existsSync(one))!);
  const share = join(dirname(dirname(program)), 'share');
  const script = `mount -t overlay -o lowerdir=${share}:/usr/share overlay /usr/share && exec "$0" "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, program];
}
