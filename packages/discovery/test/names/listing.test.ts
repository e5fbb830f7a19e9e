import { mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { HostRoot } from '../../src/names/host-root.ts';
import { Listing } from '../../src/names/listing.ts';

function listingOf(root: string) {
  let indexed = 0;
  const listing = new Listing(new HostRoot(root), '/logs', (names) => {
    indexed++;
    return names.toSorted((left, right) => left.localeCompare(right));
  });
  return { listing, readings: () => indexed - 1 };
}

t.test('is read again when it has changed, and only then', async (t) => {
  const root = t.testdir({ logs: { a: {} } });
  const long = new Date(Date.now() - 60_000);
  utimesSync(join(root, 'logs'), long, long);
  const { listing, readings } = listingOf(root);
  t.same(await listing.get(), ['a']);
  t.same(await listing.get(), ['a']);
  t.equal(readings(), 1);
  mkdirSync(join(root, 'logs/b'));
  t.same(await listing.get(), ['a', 'b']);
  t.equal(readings(), 2);
});

t.test('is not trusted while its time may stand still', async (t) => {
  const root = t.testdir({ logs: {} });
  const { listing, readings } = listingOf(root);
  const soon = new Date(Date.now() + 60_000);
  utimesSync(join(root, 'logs'), soon, soon);
  await listing.get();
  await listing.get();
  t.equal(readings(), 2, 'changed a moment ago: a name may come without a change of the time');
});

t.test('comes and goes', async (t) => {
  const root = t.testdir({});
  const { listing, readings } = listingOf(root);
  t.same(await listing.get(), []);
  t.equal(readings(), 0);
  mkdirSync(join(root, 'logs/a'), { recursive: true });
  t.same(await listing.get(), ['a']);
  rmSync(join(root, 'logs'), { recursive: true });
  t.same(await listing.get(), []);
});
