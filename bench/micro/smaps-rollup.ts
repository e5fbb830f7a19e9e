/** node --conditions=@fgm/source --expose-gc bench/micro/smaps-rollup.ts */
import { smapsRollupParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('smaps-rollup/v6.18', 'processes', smapsRollupParser);
