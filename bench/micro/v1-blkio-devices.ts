/** node --conditions=@fgm/source --expose-gc bench/micro/v1-blkio-devices.ts */
import { V1BlkioDevices } from '@fgm/kernfs';
import { benchTexts, blockOf, sampleText } from '../harness/parser-bench.ts';

const { layout, columns } = blockOf('devices');
const devices = new V1BlkioDevices(layout, 'io_service_bytes');
const text = sampleText('v1-blkio-devices/v5.4');

function call(): number {
  devices.start(text.bytes, text.bytes.length);
  while (devices.next()) devices.take(columns, 7);
  return devices.status;
}

await benchTexts('v1-blkio-devices', [{ name: 'v5.4', ...text, call }]);
