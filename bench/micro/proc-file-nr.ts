/** node --conditions=@fgm/source --expose-gc bench/micro/proc-file-nr.ts */
import { procFileNrParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-file-nr', {
  sample: 'proc-file-nr/v6.1',
  table: 'node',
  make: procFileNrParser,
});
