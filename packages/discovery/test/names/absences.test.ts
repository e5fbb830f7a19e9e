import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { Absences } from '../../src/names/absences.ts';
import { HostRoot } from '../../src/names/host-root.ts';
import { FakeNode } from './fake-node.ts';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const TOMORROW = new Date(Date.now() + 86_400_000);

/** A directory of containers whose time of change the test sets. */
function store(t: Test) {
  const node = new FakeNode(t.testdir({}));
  const directory = join(node.hostRoot, 'store');
  mkdirSync(directory);
  const absences = new Absences(new HostRoot(node.hostRoot));
  return {
    changed: (at: Date) => utimesSync(directory, at, at),
    mkdir: (name: string) => mkdirSync(join(directory, name)),
    write: (name: string) => node.write(`/store/${name}/config.json`, name),
    read: async (name: string) => (await absences.read('/store', name, 'config.json'))?.text ?? null,
  };
}

t.test('a name is looked for again when its directory has changed, and not before', async (t) => {
  const { changed, write, read } = store(t);
  changed(LONG_AGO);
  t.equal(await read('a'), null);
  write('a');
  changed(LONG_AGO);
  t.equal(await read('a'), null, 'as the directory says, nothing has come');
  changed(new Date());
  t.equal(await read('a'), 'a');
  changed(LONG_AGO);
  t.equal(await read('a'), 'a', 'what was found is not missing');
});

t.test('a directory that is there before its file', async (t) => {
  const { changed, mkdir, write, read } = store(t);
  mkdir('a');
  changed(LONG_AGO);
  t.equal(await read('a'), null);
  write('a');
  changed(LONG_AGO);
  t.equal(await read('a'), 'a');
});

t.test('a directory whose time may stand still is not believed', async (t) => {
  const { changed, write, read } = store(t);
  changed(TOMORROW);
  t.equal(await read('a'), null);
  write('a');
  changed(TOMORROW);
  t.equal(await read('a'), 'a');
});

t.test('names are told apart, and a store that is not there has none', async (t) => {
  const { changed, write, read } = store(t);
  write('b');
  changed(LONG_AGO);
  t.equal(await read('a'), null);
  t.equal(await read('b'), 'b');
  const host = new HostRoot(t.testdir({}));
  t.equal(await new Absences(host).read('/none', 'a', 'config.json'), null);
  t.equal(host.errors, 0);
});

t.test('more missing names than are kept are looked for anew', async (t) => {
  const { changed, write, read } = store(t);
  changed(LONG_AGO);
  t.equal(await read('first'), null);
  for (let number = 0; number < 4_096; number++) await read(`none-${number}`);
  write('first');
  changed(LONG_AGO);
  t.equal(await read('first'), 'first');
});
