import { makeBurstPlan } from '../burst/burst-files.ts';
import { EventColumns } from '../events/event-columns.ts';
import { makeFilePlan } from '../files/file-plan.ts';
import type { GroupUsage } from '../group/group-usage.ts';
import type { NetNamespaces } from '../network/net-namespaces.ts';
import { BlockSet } from '../rows/block-set.ts';
import type { ShardContext } from '../shard-context.ts';
import { DeviceKit, makeDevicePlan } from './device-group.ts';
import { EntityColumns } from './entity-columns.ts';
import type { EntityKit } from './entity-target.ts';
import { intervalPeaks } from './interval-peak.ts';
import { Limits } from './limits.ts';

/** What all entities of a shard share. @param bursts whether they are watched between ticks */
export function entityKit(
  context: ShardContext,
  networks: NetNamespaces,
  usage: GroupUsage,
  bursts: boolean,
): EntityKit {
  const { layouts, intervalMs, intervalPeaks: peaks = false } = context.task;
  const { containers, devices } = layouts;
  return {
    plan: makeFilePlan(containers, bursts ? makeBurstPlan(layouts.bursts) : new Map(), makeDevicePlan(devices)),
    columns: new EntityColumns(containers),
    limits: new Limits(containers),
    peaks: intervalPeaks(containers, peaks),
    rows: new BlockSet(containers),
    devices: new DeviceKit(containers, devices, intervalMs),
    networks,
    context,
    eventColumns: new EventColumns(containers),
    usage,
  };
}
