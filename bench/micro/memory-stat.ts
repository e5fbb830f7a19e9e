/** node --conditions=@fgm/source --expose-gc bench/micro/memory-stat.ts */
import { memoryStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('memory-stat/v6.1', 'containers', memoryStatParser);
