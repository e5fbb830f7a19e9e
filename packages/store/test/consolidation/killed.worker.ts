/** Consolidates a directory and kills itself where it is told: DIRECTORY STEP COUNT. Without a step it goes to the end. */
import { consolidate } from '../../src/consolidation/consolidate.ts';
import { LATER } from './window-file.ts';

const [directory, wanted, count] = process.argv.slice(2);
let seen = 0;
const totals = await consolidate({
  directory: directory!,
  now: () => LATER,
  level: 3,
  limit: null,
  report: () => {},
  step: (step) => {
    if (step === wanted && ++seen === Number(count)) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify(totals));
