/** node --conditions=@fgm/source --expose-gc bench/micro/cgroup-procs.ts */
import { PidList } from '@fgm/kernfs';
import { benchTexts } from '../harness/parser-bench.ts';

const pids = Array.from({ length: 100 }, (_, index) => 12_345 + index * 7);
const bytes = Buffer.from(`${pids.join('\n')}\n`);
const list = new PidList();

await benchTexts('cgroup-procs', [
  { name: '100 processes', path: '', bytes, call: () => list.parse(bytes, bytes.length) },
]);
