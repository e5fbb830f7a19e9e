/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-fate.ts */
import { fateIn, namespacePidIn } from '@fgm/kernfs';
import { benchTexts, sampleText } from '../harness/parser-bench.ts';

/** Asked about a process that may be no more, so it may make strings. */
function of(sample: string, parse: (text: string) => unknown) {
  const { bytes } = sampleText(sample);
  return { name: sample, bytes, call: () => parse(bytes.toString('latin1')) };
}

await benchTexts('proc-pid-fate', [of('proc-pid-stat/v6.18', fateIn), of('proc-pid-status/v6.18', namespacePidIn)]);
