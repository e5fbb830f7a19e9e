/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-status.ts */
import { procPidStatusParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-pid-status/v6.18', 'processes', procPidStatusParser);
