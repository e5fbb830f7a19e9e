import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { KernelTexts } from '../../src/names/kernel-texts.ts';

t.test('reads what is there', (t) => {
  const directory = t.testdir({ list: '1\n2\n', empty: '', umlaut: 'ä' });
  symlinkSync('uts:[4026531838]', join(directory, 'ns'));
  const texts = new KernelTexts();
  t.equal(texts.text(join(directory, 'list')), '1\n2\n');
  t.equal(texts.text(join(directory, 'empty')), '');
  t.equal(texts.text(join(directory, 'umlaut')), 'ä');
  t.equal(texts.link(join(directory, 'ns')), 'uts:[4026531838]');
  t.same(texts.names(directory)?.toSorted(), ['empty', 'list', 'ns', 'umlaut']);
  t.equal(texts.owner(directory), process.geteuid?.());
  t.equal(texts.errors, 0);
  t.end();
});

t.test('what is not there is no error', (t) => {
  const directory = t.testdir({ file: '' });
  const texts = new KernelTexts();
  for (const path of ['none', 'file/below']) {
    t.equal(texts.text(join(directory, path)), '', path);
    t.equal(texts.link(join(directory, path)), null, path);
    t.equal(texts.names(join(directory, path)), null, path);
    t.equal(texts.owner(join(directory, path)), null, path);
  }
  t.equal(texts.errors, 0);
  t.end();
});

t.test('what cannot be read is counted', (t) => {
  const directory = t.testdir({ file: '' });
  mkdirSync(join(directory, 'directory'));
  writeFileSync(join(directory, 'large'), Buffer.alloc(1024 * 1024, 'x'));
  const texts = new KernelTexts();
  t.equal(texts.text(join(directory, 'directory')), '');
  t.equal(texts.errors, 1);
  t.equal(texts.text(join(directory, 'large')), '');
  t.equal(texts.errors, 2);
  t.equal(texts.link(join(directory, 'file')), null);
  t.equal(texts.errors, 3);
  t.equal(texts.text(join(directory, 'file')), '', 'nothing of what was read before');
  t.end();
});
