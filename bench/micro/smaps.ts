/** node --conditions=@fgm/source --expose-gc bench/micro/smaps.ts */
import { SmapsGroups } from '@fgm/kernfs';
import { benchTexts, blockOf, keysOf, sampleText } from '../harness/parser-bench.ts';

/** What the kernel gives at a read: a page of text at most. */
const PIECE = 4096;
const { layout, columns } = blockOf('mappings');
const groups = new SmapsGroups(layout);
const text = sampleText('smaps/v6.1-systemd');
const pieces = Array.from({ length: Math.ceil(text.bytes.length / PIECE) }, (_, index) =>
  text.bytes.subarray(index * PIECE, (index + 1) * PIECE),
);

function call(): number {
  groups.reset();
  for (const piece of pieces) groups.push(piece, piece.length);
  const status = groups.finish();
  for (let group = 0; group < groups.count; group++) groups.write(group, columns, group % layout.rows);
  return status;
}

await benchTexts('smaps', [
  { name: 'v6.1-systemd', ...text, call, twin: { format: 'smaps', keys: keysOf(layout, '/proc/PID/smaps') } },
]);
