/** node --conditions=@fgm/source --expose-gc bench/micro/signed-value.ts */
import { signedValueParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('signed-value', {
  sample: 'signed-value/guaranteed-pod',
  table: 'processes',
  make: (layout) => signedValueParser(layout, 'oom_score_adj'),
});
