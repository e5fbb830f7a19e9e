import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../harness/eventually.ts';
import { AccountedProgram, installed } from './accounted-program.ts';
import type { AtWork, Peer } from './peer.ts';

/** A group for each process: otherwise all with one name are added up. */
const CONFIG = `process_names:
  - name: "{{.Comm}};{{.PID}};{{.StartTime}}"
    cmdline:
      - '.+'
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/**
 * Scraped once a second; what that costs whoever scrapes is not counted, nor is it counted what a Prometheus takes to keep it.
 * @param pss read of smaps as well, which is its default
 */
export function processExporter(pss: boolean): Peer {
  const command = installed('prometheus-process-exporter') ?? installed('process-exporter');
  const flags = [`-gather-smaps=${pss}`, '-threads=false', '-children=false'];
  return {
    name: 'process-exporter',
    setting: `process-exporter ${flags.join(' ')}, a group for each process, scraped once a second`,
    sample: 'a line of a process in what it answers',
    missing: command === null ? 'prometheus-process-exporter' : null,
    async start(directory): Promise<AtWork> {
      mkdirSync(directory, { recursive: true });
      const config = join(directory, 'config.yml');
      writeFileSync(config, CONFIG);
      const address = `127.0.0.1:${await freePort()}`;
      const program = new AccountedProgram();
      program.start([command!, '-config.path', config, '-web.listen-address', address, ...flags]);
      const scrape = async (): Promise<string> => (await fetch(`http://${address}/metrics`)).text();
      await eventually('process-exporter answers', () => scrape().then(Boolean, () => false));
      let [samples, processSamples, ticks, bytes] = [0, 0, 0, 0];
      return {
        cpuUsec: () => program.cpuUsec(),
        rssBytes: () => program.rssBytes(),
        async ask() {
          const body = await scrape();
          const lines = body.split('\n').filter((line) => line.startsWith('namedprocess_namegroup_'));
          samples += lines.length;
          processSamples += lines.filter((line) => line.startsWith('namedprocess_namegroup_num_procs')).length;
          bytes += lines.reduce((sum, line) => sum + line.length + 1, 0);
          ticks++;
        },
        async stop() {
          await program.stop();
          return { samples, processSamples, ticks, bytes };
        },
      };
    },
  };
}
