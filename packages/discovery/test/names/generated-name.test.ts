import t from 'tap';
import { generatedName } from '../../src/names/generated-name.ts';

t.test('only what carries a generated end is a name', async (t) => {
  for (const [hostname, name] of [
    ['web-7d9f8b6c5-x2x4z', 'web-7d9f8b6c5-x2x4z'],
    ['a-b-c-5b7c9d8f-hjklm', 'a-b-c-5b7c9d8f-hjklm'],
    ['fluentd-x7k2p', 'fluentd-x7k2p'],
    ['web', null],
    ['web-0', null],
    ['proxy-https', null],
    ['my-mysql', null],
    ['node-1.example.org', null],
    ['ip-10-0-0-12', null],
    ['Web-7d9f8b6c5-x2x4z', null],
    ['', null],
    [`${'w'.repeat(50)}-7d9f8b6c5-x2x`, null],
    ['web-7d9f8b6c5-x2x4z\n', null],
  ] as const)
    t.equal(generatedName(`PATH=/bin\0HOSTNAME=${hostname}\0TERM=xterm\0`), name, JSON.stringify(hostname));
});

t.test('no environment, or none with a host name', async (t) => {
  for (const environ of ['', '\0\0', 'PATH=/bin\0', 'XHOSTNAME=web-7d9f8b6c5-x2x4z\0', 'HOSTNAME\0'])
    t.equal(generatedName(environ), null);
  t.equal(generatedName('HOSTNAME=a\0HOSTNAME=web-7d9f8b6c5-x2x4z\0'), null, 'the first counts, as for getenv()');
});
