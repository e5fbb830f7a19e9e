import t from 'tap';
import { formatAddress, parseAddress } from '../../src/config/address.ts';

t.test('addresses', (t) => {
  t.same(parseAddress('127.0.0.1:9464'), { host: '127.0.0.1', port: 9464 });
  t.same(parseAddress('localhost:0'), { host: 'localhost', port: 0 });
  t.same(parseAddress(':9464'), { host: '', port: 9464 }, 'every address of the machine');
  t.same(parseAddress('[::1]:9464'), { host: '::1', port: 9464 });
  t.same(parseAddress('[::]:1'), { host: '::', port: 1 });
  t.equal(parseAddress('off'), null);
  t.end();
});

t.test('what is not an address', (t) => {
  const wrong = [
    '',
    '9464',
    'localhost',
    '127.0.0.1',
    ':',
    ':x',
    ':65536',
    ':-1',
    '::1:9464',
    '[x]:1',
    '[]:1',
    'a b:1',
    'OFF',
    ':1 ',
    'http://x:1',
  ];
  for (const text of wrong) t.equal(parseAddress(text), undefined, JSON.stringify(text));
  t.end();
});

t.test('a formatted address reads back as itself', (t) => {
  for (const text of ['127.0.0.1:9464', ':0', '[::1]:80', 'off'])
    t.equal(formatAddress(parseAddress(text) ?? null), text);
  t.end();
});
