/** node --conditions=@fgm/source --expose-gc bench/micro/io-stat-devices.ts */
import { IoStatDevices } from '@fgm/kernfs';
import { benchTexts, blockOf, sampleText } from '../harness/parser-bench.ts';

const { layout, columns } = blockOf('devices');
const devices = new IoStatDevices(layout);
const text = sampleText('io-stat-devices/v6.1');

function call(): number {
  let row = 0;
  devices.start(text.bytes, text.bytes.length);
  while (devices.next()) devices.take(columns, row++);
  return devices.status;
}

await benchTexts('io-stat-devices', [{ name: 'v6.1', ...text, call }]);
