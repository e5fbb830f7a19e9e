/**
 * A node without a cluster: containers with all kinds of trouble, and the recorder on it.
 *
 *     npm run node:demo -- [options] [-- FLAGS OF fgm monitor]       see --help, and docs/demo.md
 */
import { fileURLToPath } from 'node:url';
import { removeLeftovers } from '@fgm/scenarios';
import { DemoUsageError, demoUsage, parseDemoOptions, runDemo } from '@fgm/testkit';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const args = process.argv.slice(2);

async function main(): Promise<number> {
  if (args[0] === '--clean') return (await removeLeftovers(), 0);
  const options = parseDemoOptions(args);
  if (options === null) return (say(demoUsage().trimEnd()), 0);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort(signal));
  const isTerminal = process.stdout.isTTY && process.stdin.isTTY;
  return runDemo(options, { isTerminal, say, signal: interrupted.signal, entry: fileURLToPath(import.meta.url) });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DemoUsageError)) throw error;
  process.stderr.write(`node:demo: ${error.message}\n`);
  process.exitCode = 2;
}
