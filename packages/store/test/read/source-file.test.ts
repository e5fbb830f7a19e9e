/** Whatever bytes stand in a file, it is read right or left alone: nothing else happens, and others are merged. */
import * as fs from 'node:fs';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Fingerprint } from '../../src/consolidation/fingerprint.ts';
import { PageReader } from '../../src/read/page-reader.ts';
import { SourceFile, unusable } from '../../src/read/source-file.ts';
import { Unusable } from '../../src/read/unusable.ts';
import { writeHour } from '../consolidation/window-file.ts';

/** Reads all of a file. Null when it was left alone. @throws what is neither */
function read(file: string): Fingerprint | null {
  let source: SourceFile | null = null;
  try {
    source = SourceFile.open(file);
    const found = new Fingerprint();
    for (const _ of found.add(source, new PageReader()));
    return found;
  } catch (cause) {
    const problem = unusable(cause, 'cannot be read');
    if (!(problem instanceof Unusable)) throw problem;
    return null;
  } finally {
    source?.close();
  }
}

t.test('bytes that are other than they were', async (t) => {
  const [file] = writeHour(t.testdir(), 1);
  const bytes = fs.readFileSync(file!);
  const whole = read(file!)!;
  t.match(whole, { rows: 180, ticks: { size: 90 } });
  let noticed = 0;
  let cases = 0;
  const damage = fc.record({ at: fc.nat(bytes.length - 1), with: fc.integer({ min: 1, max: 255 }) });
  await holds(
    t,
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (list) => {
      cases++;
      const damaged = Buffer.from(bytes);
      for (const one of list) damaged[one.at]! ^= one.with;
      fs.writeFileSync(file!, damaged);
      const found = read(file!);
      if (found === null || whole.difference(found) !== null) noticed++;
    }),
  );
  t.ok(
    cases < 100 || noticed > cases / 3,
    `${noticed} of ${cases} noticed; the others are statistics, and texts of the footer`,
  );
});

t.test('cut anywhere', async (t) => {
  const [file] = writeHour(t.testdir(), 1);
  const bytes = fs.readFileSync(file!);
  for (let length = 0; length < bytes.length; length += 7) {
    fs.writeFileSync(file!, bytes.subarray(0, length));
    t.equal(read(file!), null);
  }
});

t.test('a file that is gone is not one that is broken', async (t) => {
  t.throws(() => SourceFile.open(`${t.testdir()}/gone.parquet`), { code: 'ENOENT' });
});
