import { createServer } from 'node:net';
import { formatAddress } from '@fgm/agent/config';
import type { Address } from '@fgm/agent/config';
import { errorCode } from '../failure.ts';
import { fail, ok } from './check.ts';
import type { Check, Examined } from './check.ts';

/** Listens for a moment. @returns the code of the error, or undefined */
function tryToListen({ host, port }: Address): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(errorCode(error) ?? error.message));
    server.listen(host === '' ? { port } : { host, port }, () => server.close(() => resolve(undefined)));
  });
}

/** Whether /metrics and /healthz can be served where they are wanted. */
export async function checkPorts({ listen }: Examined): Promise<readonly Check[]> {
  const text = formatAddress(listen);
  if (!listen) return [ok('port', 'off: neither metrics nor health are served')];
  const problem = await tryToListen(listen);
  if (problem === undefined) return [ok('port', `${text} is free`)];
  const finding =
    problem === 'EADDRINUSE'
      ? `${text} is taken, perhaps by a recorder that runs`
      : `${text} cannot be used (${problem})`;
  return [fail('port', finding, 'a recorder does not start', 'give another --listen, port 0 for any free one, or off')];
}
