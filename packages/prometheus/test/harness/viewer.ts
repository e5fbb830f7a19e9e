import type { Test } from 'tap';
import { startFgm, urlOf } from '../../../cli/test/fgm-process.ts';

/** Questions after which every counter of a viewer's answers has counted. */
const QUESTIONS = [
  'instance',
  'metrics',
  'containers',
  'timeseries?metrics=memory_current_bytes',
  'nothing-of-this-name',
];

/** Starts a viewer of this directory. Gives its URL. */
export function startViewer(t: Test, directory: string): Promise<string> {
  return urlOf(startFgm(t, ['view', directory, '--listen', '127.0.0.1:0']));
}

export async function askViewer(url: string): Promise<void> {
  for (const question of QUESTIONS) await (await fetch(`${url}/api/v1/${question}`)).arrayBuffer();
}
