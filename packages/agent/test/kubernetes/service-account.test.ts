import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readCredentials } from '../../src/kubernetes/service-account.ts';

t.test('credentials are as the files are now', (t) => {
  const directory = t.testdir({ token: 'a.b.c\n', 'ca.crt': 'PEM' });
  t.same(readCredentials(directory), { token: 'a.b.c', ca: 'PEM' });
  writeFileSync(join(directory, 'token'), 'd.e.f');
  t.equal(readCredentials(directory).token, 'd.e.f');
  t.end();
});

t.test('what cannot be used', (t) => {
  for (const token of ['', ' \n', 'a\nb', 'a b', 'ü', 'a\0b']) {
    const directory = t.testdir({ token, 'ca.crt': 'PEM' });
    t.throws(
      () => readCredentials(directory),
      { reason: 'credentials', message: /does not hold a token/ },
      JSON.stringify(token),
    );
  }
  const directory = t.testdir({ token: 'a', 'ca.crt': 'PEM' });
  rmSync(join(directory, 'ca.crt'));
  t.throws(() => readCredentials(directory), { reason: 'credentials', message: /ca\.crt cannot be read \(ENOENT\)/ });
  t.end();
});
