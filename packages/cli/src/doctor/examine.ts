import { checkCapabilities } from './capabilities.ts';
import { checkCgroups } from './cgroups.ts';
import type { Check, Examined } from './check.ts';
import { checkClock } from './clock.ts';
import { checkDataDirectory } from './data-directory.ts';
import { checkKernel } from './kernel.ts';
import { checkLimits } from './limits.ts';
import { checkMachine } from './machine.ts';
import { checkNames } from './names.ts';
import { checkPorts } from './ports.ts';
import { checkProcessAccess } from './process-access.ts';

/** All checks, those that most else hangs on first. Changes nothing on the machine. */
export async function examine(examined: Examined): Promise<readonly Check[]> {
  const { checks, survey } = checkCgroups(examined);
  return [
    ...checkMachine(),
    ...checkKernel(examined),
    ...checks,
    ...checkCapabilities(examined),
    ...checkProcessAccess(examined),
    ...(await checkNames(examined)),
    ...checkLimits(examined, survey?.directories ?? 0),
    ...checkDataDirectory(examined),
    ...checkClock(examined),
    ...(await checkPorts(examined)),
  ];
}
