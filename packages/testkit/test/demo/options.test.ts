import t from 'tap';
import { SCENARIO_NAMES, SIZES } from '@fgm/scenarios';
import { DemoUsageError, demoUsage, parseDemoOptions } from '../../src/index.ts';

t.test('defaults', (t) => {
  const { sizes, scenarios, ...options } = parseDemoOptions([])!;
  t.same(options, {
    containers: 30,
    seed: 1,
    minutes: 5,
    dataDirectory: 'data/demo',
    plain: false,
    wholeNode: false,
    dryRun: false,
    recorderFlags: [],
  });
  t.same(scenarios, SCENARIO_NAMES);
  for (const [name, size] of Object.entries(sizes)) t.equal(size, SIZES[name as keyof typeof SIZES].value);
  t.end();
});

t.test('what is given', (t) => {
  const options = parseDemoOptions(
    '--containers 7 --seed=9 --minutes 0.5 --leak 1.5MiB --forks 3 --scenario oom-kill,chatty --scenario memory-leak --data-dir x --plain -- --interval 500ms'.split(
      ' ',
    ),
  )!;
  t.match(options, { containers: 7, seed: 9, minutes: 0.5, dataDirectory: 'x', plain: true });
  t.match(options.sizes, { leak: 1.5 * 2 ** 20, forks: 3 });
  t.same(options.scenarios, ['memory-leak', 'oom-kill', 'chatty'], 'in the order of the table');
  t.same(options.recorderFlags, ['--interval', '500ms']);
  t.equal(parseDemoOptions(['--help', '--containers', '0']), null);
  t.end();
});

for (const [args, message] of [
  [['--containers', '0'], '--containers: "0"; wanted a whole number from 1 to 1000'],
  [['--containers', '1.5'], '--containers: "1.5"; wanted a whole number from 1 to 1000'],
  [['--containers', ''], '--containers: ""; wanted a whole number from 1 to 1000'],
  [['--minutes', 'soon'], '--minutes: "soon"; wanted a number from 0 to 10080'],
  [['--minutes', '-1'], /--minutes/],
  [['--seed', '4294967296'], '--seed: "4294967296"; wanted a whole number from 0 to 4294967295'],
  [['--leak', '0'], /^--leak: "0"; wanted a size such as 64MiB: memory/],
  [['--leak', '64 MiB'], /^--leak: "64 MiB"; wanted a size/],
  [['--forks', '2KiB'], /^--forks: "2KiB"; wanted a whole number above 0: processes/],
  [['--scenario', 'idle,bliss'], /^--scenario: no "bliss"; there are memory-leak, oom-kill/],
  [['--contianers', '3'], /'--contianers'/],
  [['stray'], /stray/],
] as const) {
  t.test(`refused: ${args.join(' ')}`, (t) => {
    t.throws(() => parseDemoOptions(args), { constructor: DemoUsageError, message });
    t.end();
  });
}

t.test('every scenario and every size is in the help', (t) => {
  for (const name of [...SCENARIO_NAMES, ...Object.keys(SIZES).map((size) => `--${size}`)])
    t.match(demoUsage(), `  ${name} `);
  t.end();
});
