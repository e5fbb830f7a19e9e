import { makeLayout, mustIndexOf, NETWORK_METRICS, type Layout } from '@fgm/catalog';
import { NetDevLines, procPidNetDevParser, type Parser } from '@fgm/kernfs';
import { BlockSet } from '../rows/block-set.ts';
import { InterfaceNames } from './interface-names.ts';
import type { NamespaceClaims } from './namespace-claims.ts';

/** What the network namespaces of a shard have in common. */
export class NetKit {
  readonly interfaces: BlockSet;
  /** One row for each namespace: the sums over its interfaces. */
  readonly sums: BlockSet;
  readonly parser: Parser;
  readonly lines: NetDevLines;
  readonly names: InterfaceNames;
  readonly claims: NamespaceClaims;
  /** Columns of `containers` for the sums, in their order. */
  readonly targets: readonly number[];
  /** Counts the rounds of reading: each namespace is read once in each. */
  round = 0;
  /** The tick of the round. */
  tick = 0;

  constructor(containers: Layout, interfaces: Layout, claims: NamespaceClaims, intervalMs: number) {
    this.names = new InterfaceNames(intervalMs);
    const sums = makeLayout('network', NETWORK_METRICS, 64);
    this.interfaces = new BlockSet(interfaces);
    this.sums = new BlockSet(sums);
    this.parser = procPidNetDevParser(sums);
    this.lines = new NetDevLines(interfaces);
    this.claims = claims;
    this.targets = NETWORK_METRICS.map(({ name }) => mustIndexOf(containers, name));
  }
}
