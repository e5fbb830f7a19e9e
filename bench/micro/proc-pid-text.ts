/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-text.ts */
import { cmdlineText, commText } from '@fgm/kernfs';
import { benchTexts } from '../harness/parser-bench.ts';

/** Read when a process is new or has changed, so it makes strings. */
function of(name: string, text: string, parse: (bytes: Uint8Array, length: number) => unknown) {
  const bytes = Buffer.from(text);
  return { name, bytes, call: () => parse(bytes, bytes.length) };
}

await benchTexts('proc-pid-text', [
  of('comm', 'containerd-shim\n', commText),
  of('cmdline', '/usr/bin/node\0--max-old-space-size=512\0/srv/app/main.js\0', cmdlineText),
  of('cmdline, cut', `/usr/bin/java\0${'-Dproperty=value\0'.repeat(40)}`, cmdlineText),
]);
