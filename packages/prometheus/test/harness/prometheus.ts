import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RuleFile } from '../../src/index.ts';
import { Server } from './server.ts';

export interface Target {
  readonly job: string;
  /** Such as `http://127.0.0.1:9464`. */
  readonly url: string;
}

export interface Point {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** Twice a second; half of that is what a slow answer may take. */
export const SCRAPE_INTERVAL = '500ms';

export function instanceOf(url: string): string {
  return new URL(url).host;
}

/** A real Prometheus on a free port, with a data directory of its own. */
export class Prometheus {
  readonly #server: Server;
  readonly #targetFile: string;
  readonly #targets: Target[] = [];

  /** @param alertmanager its URL; null when nobody is told of alerts */
  static async start(directory: string, rules: RuleFile, alertmanager: string | null): Promise<Prometheus> {
    const [config, ruleFile, targetFile] = ['prometheus.yaml', 'rules.yaml', 'targets.json'].map((name) =>
      join(directory, name),
    ) as [string, string, string];
    writeFileSync(ruleFile, stringify(rules));
    writeFileSync(targetFile, '[]');
    const notified = alertmanager === null ? [] : [{ static_configs: [{ targets: [instanceOf(alertmanager)] }] }];
    const everywhere = {
      scrape_interval: SCRAPE_INTERVAL,
      scrape_timeout: SCRAPE_INTERVAL,
      evaluation_interval: SCRAPE_INTERVAL,
    };
    writeFileSync(
      config,
      stringify({
        global: everywhere,
        rule_files: [ruleFile],
        alerting: { alertmanagers: notified },
        scrape_configs: [{ job_name: 'files', file_sd_configs: [{ files: [targetFile], refresh_interval: '1s' }] }],
      }),
    );
    const server = await Server.start([
      'prometheus',
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      '--web.listen-address=127.0.0.1:0',
      '--rules.alert.resend-delay=2s',
    ]);
    return new Prometheus(server, targetFile);
  }

  private constructor(server: Server, targetFile: string) {
    this.#server = server;
    this.#targetFile = targetFile;
  }

  /** Scrapes one more. Its labels are job and instance, as ever, and those that the chart's monitors add. */
  add(target: Target): void {
    this.#targets.push(target);
    const groups = this.#targets.map(({ job, url }) => ({
      targets: [instanceOf(url)],
      labels: { job, cluster: 'test', namespace: 'monitoring', node: 'n1' },
    }));
    writeFileSync(this.#targetFile, JSON.stringify(groups));
  }

  /** @throws Error with what Prometheus says of the expression */
  async query(expression: string): Promise<readonly Point[]> {
    const url = `${this.#server.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = (await (await fetch(url)).json()) as { error?: string; data?: { result: readonly Point[] } };
    if (answer.data === undefined) throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
