/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-net-dev.ts */
import { NetDevLines, procPidNetDevParser } from '@fgm/kernfs';
import { benchTexts, blockOf, parserCase, sampleText } from '../harness/parser-bench.ts';

const { layout, columns } = blockOf('interfaces');
const lines = new NetDevLines(layout);
const text = sampleText('proc-pid-net-dev-lines/v6.18');

function eachLine(): number {
  let row = 0;
  lines.start(text.bytes, text.bytes.length);
  while (lines.next()) lines.write(columns, row++);
  return lines.status;
}

await benchTexts('proc-pid-net-dev', [
  parserCase({ sample: 'proc-pid-net-dev/v6.18', table: 'containers', make: procPidNetDevParser }),
  { name: 'by interface', ...text, call: eachLine },
]);
