import type { DiscoveryCounter } from '@fgm/discovery';
import type { ReadErrors } from '@fgm/kernfs';
import type { Counters } from '@fgm/ring';
import type { SamplerCounter } from '@fgm/sampler';
import type { StoreCounter } from '@fgm/store';

/** What the threads count in shared memory. */
export interface Numbers {
  readonly samplers: readonly Counters<SamplerCounter>[];
  readonly store: Counters<StoreCounter>;
  readonly discovery: Counters<DiscoveryCounter>;
  readonly readErrors: readonly ReadErrors[];
}
