import * as kernfs from '@fgm/kernfs';
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { BENCHMARKS, COMPARED, MICRO, PARSERS, SMOKED, unknownAmong } from '../harness/benchmarks.ts';

const KERNFS = new URL('../../packages/kernfs/src/', import.meta.url);
const MICRO_FILES = new URL('../micro/', import.meta.url);

/** Modules that kernfs gives away and that parse nothing. */
const NO_PARSERS = new Set([
  'delay-accounting',
  'device-lines',
  'kernel-file',
  'name-table',
  'proc-pid-fd',
  'read-errors',
  'resettable-peak',
]);
/** Classes that take bytes apart. */
const READERS = ['IoStatDevices', 'V1BlkioDevices', 'NetDevLines', 'PageCounts', 'PidList', 'SmapsGroups'];
/** Functions that do so for what is read once in a process's life. */
const TEXTS = ['cmdlineText', 'commText', 'fateIn', 'namespacePidIn', 'procPidCgroup'];

const index = readFileSync(new URL('index.ts', KERNFS), 'utf8');
const modules = [...index.matchAll(/^export (?!type).* from '\.\/([\w-]+)\.ts';$/gm)].map(([, name]) => name!);
const parsers = [...Object.keys(kernfs).filter((name) => name.endsWith('Parser')), ...READERS, ...TEXTS];

t.test('each module of kernfs that parses has a benchmark of its name', async (t) => {
  t.ok(modules.length > 45, 'the modules are found');
  const wanted = modules.filter((name) => !NO_PARSERS.has(name)).sort();
  t.strictSame(Object.keys(PARSERS).sort(), wanted);
});

t.test('each parser is called by the benchmark of its module', async (t) => {
  t.ok(parsers.length > 45, 'the parsers are found');
  for (const parser of parsers) {
    const module = modules.find((name) =>
      new RegExp(`^export (function|class) ${parser}\\b`, 'm').test(
        readFileSync(new URL(`${name}.ts`, KERNFS), 'utf8'),
      ),
    );
    t.ok(module, `${parser} is exported by a module`);
    const calls = readFileSync(new URL(`${module}.ts`, MICRO_FILES), 'utf8').split(parser).length - 1;
    t.ok(calls > 1, `${parser} in micro/${module}.ts`);
  }
});

t.test('benchmarks that are named are there', async (t) => {
  for (const [name, { file }] of Object.entries(BENCHMARKS))
    t.ok(existsSync(new URL(`../${file}`, import.meta.url)), `${name}: ${file}`);
  for (const list of [MICRO, SMOKED, COMPARED]) t.strictSame(unknownAmong(list), []);
  t.strictSame(unknownAmong(['ring', 'rnig']), ['rnig']);
});
