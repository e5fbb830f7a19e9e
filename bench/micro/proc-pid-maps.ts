/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-maps.ts */
import { MappedRegions } from '@fgm/kernfs';
import { benchTexts, sampleText } from '../harness/parser-bench.ts';

/** As the sampler does: gaps of less than 512 pages are read over. */
const regions = new MappedRegions(4096, 512);
const text = sampleText('proc-pid-maps/v6.1-systemd');

function call(): number {
  regions.reset();
  regions.push(text.bytes, text.bytes.length);
  return regions.finish();
}

await benchTexts('proc-pid-maps', [{ name: 'v6.1-systemd', ...text, call }]);
