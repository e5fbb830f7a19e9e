/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-io.ts */
import { procPidIoParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-pid-io/v6.18', 'processes', procPidIoParser);
