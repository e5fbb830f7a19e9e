import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { checkPorts } from '../../src/doctor/ports.ts';
import { examined } from './machine-of-files.ts';

t.test('ports', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const check = async (host: string, wanted: number): Promise<unknown> =>
    (await checkPorts(examined('/', { listen: { host, port: wanted } })))[0];
  t.match(await check('127.0.0.1', port), {
    status: 'fail',
    finding: `127.0.0.1:${port} is taken, perhaps by a recorder that runs`,
    remedy: /--listen/,
  });
  t.match(await check('', 0), { status: 'ok', finding: ':0 is free' });
  t.match(await check('192.0.2.1', 0), { status: 'fail', finding: /cannot be used \(EADDRNOTAVAIL\)/ });
  t.match((await checkPorts(examined('/')))[0], { status: 'ok', finding: /^off/ });
});
