import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { until } from '../../../agent/test/harness/recording.ts';
import { scaledRules } from '../../src/index.ts';
import { Alertmanager, type Notice } from './alertmanager.ts';
import { instanceOf, Prometheus, SCRAPE_INTERVAL } from './prometheus.ts';
import { readRules } from './rules.ts';

/** How many times faster the rules run: five minutes are 2.5 s, five scrapes. Those that look back hours run faster still. */
const FACTOR = 120;
const FACTORS: Readonly<Record<string, number>> = { FgmMemoryGrowth: 480 };
const PATIENCE_MS = 150_000;

/** Prometheus with the rules as they are but for their durations, and the Alertmanager that it tells. */
export class AlertBench {
  readonly #prometheus: Prometheus;
  readonly #alertmanager: Alertmanager;

  static async start(t: Test): Promise<AlertBench> {
    const directory = mkdtempSync(join(tmpdir(), 'fgm-alerts-'));
    const alertmanager = await Alertmanager.start(directory);
    const rules = scaledRules(readRules(), (alert) => FACTORS[alert] ?? FACTOR, SCRAPE_INTERVAL);
    const prometheus = await Prometheus.start(directory, rules, alertmanager.url);
    t.teardown(async () => {
      await prometheus.stop();
      await alertmanager.stop();
      rmSync(directory, { recursive: true });
    });
    return new AlertBench(prometheus, alertmanager);
  }

  private constructor(prometheus: Prometheus, alertmanager: Alertmanager) {
    this.#prometheus = prometheus;
    this.#alertmanager = alertmanager;
  }

  /** Begins to scrape it. Resolves when the first scrape is in. */
  async watch(url: string): Promise<void> {
    // A name by which no rule knows it: it has to be recognized by what it tells.
    this.#prometheus.add({ job: 'recorders', url });
    const expression = `fgm_build_info{instance="${instanceOf(url)}"}`;
    await until('it is scraped', async () => (await this.#prometheus.query(expression)).length > 0, PATIENCE_MS);
  }

  /** Waits until Prometheus has this many scrapes of it, for rules that compare with what was. */
  async scraped(url: string, times: number): Promise<void> {
    const expression = `count_over_time(fgm_build_info{instance="${instanceOf(url)}"}[1h]) >= ${times}`;
    await until(
      `it is scraped ${times} times`,
      async () => (await this.#prometheus.query(expression)).length > 0,
      PATIENCE_MS,
    );
  }

  /** Waits until Alertmanager has sent it. */
  async fires(alert: string, url: string): Promise<Notice> {
    await until(`${alert} fires`, () => this.#last(alert, url)?.status === 'firing', PATIENCE_MS);
    return this.#last(alert, url)!;
  }

  /** Waits until Prometheus sees it no more and Alertmanager has sent that. */
  async resolves(alert: string, url: string): Promise<void> {
    const expression = `ALERTS{alertname="${alert}",alertstate="firing",instance="${instanceOf(url)}"}`;
    await until(
      `${alert} is resolved`,
      async () =>
        this.#last(alert, url)?.status === 'resolved' && (await this.#prometheus.query(expression)).length === 0,
      PATIENCE_MS,
    );
  }

  #last(alert: string, url: string): Notice | undefined {
    const instance = instanceOf(url);
    return this.#alertmanager.notices.findLast(
      ({ labels }) => labels['alertname'] === alert && labels['instance'] === instance,
    );
  }
}
