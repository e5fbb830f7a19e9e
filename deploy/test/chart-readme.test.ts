import t from 'tap';
import { chartValues, currentReadme, readmeOf } from '../scripts/chart-readme.ts';

void t.test('the README has the texts of values.yaml', async (t) => {
  const { found, wanted } = await currentReadme();
  t.equal(found, wanted, 'npm run chart writes it');
});

void t.test('a key is told with its default and its text', (t) => {
  const yaml = `# Of the file.

a:
  # Of us.
  # -- What b is,
  # in two lines.
  b: { c: [1] }
# -- What d is.
d: ''
`;
  t.strictSame(chartValues(yaml), [
    { key: 'a.b', default: { c: [1] }, text: 'What b is, in two lines.' },
    { key: 'd', default: '', text: 'What d is.' },
  ]);
  t.end();
});

void t.test('what has no text is refused by its name', (t) => {
  t.throws(() => chartValues('a:\n  # -- What b is.\n  b: 1\n  c: 2\n'), {
    message: /a\.c has no comment; wanted "# -- /,
  });
  t.throws(() => chartValues('a: {}\n'), { message: /: a has no comment/ });
  t.end();
});

void t.test('a README without the two comments is refused', async (t) => {
  await t.rejects(readmeOf('# A chart\n', '# -- What a is.\na: 1\n'), { message: /no comments "begin values"/ });
});
