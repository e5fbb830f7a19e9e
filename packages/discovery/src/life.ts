import type { Entity, FinalFigures, Hierarchy, Identity } from '@fgm/catalog';
import { placeIn, samePlace, type EntityPlace } from './entity-place.ts';
import type { CgroupNode } from './tree.ts';

/** One entity from its coming to its going. */
export interface Life {
  readonly key: string;
  readonly firstSeen: number;
  /** Its directory in each tree; more than one where a tree has the same container id twice. */
  readonly nodes: CgroupNode[];
  /** Every hierarchy in which it has had one. */
  readonly hierarchies: Set<Hierarchy>;
  /** What was last reported; null before that. */
  entity: Entity | null;
  endedAt: number | null;
  /** What was read after its last process had gone; null while it has processes. */
  figures: FinalFigures | null;
  /** Where it was when it ended, for one that nobody was told of before. */
  lastNodes: readonly CgroupNode[];
}

export function isContainer(identity: Identity | null): boolean {
  return identity !== null && (identity.scope === 'container' || identity.scope === 'sandbox');
}

/** The directory that an entity is known by: in the tree that is trusted most, and there the least nested. */
export function mainNode(nodes: readonly CgroupNode[]): CgroupNode {
  return nodes.reduce((best, node) => (before(node, best) ? node : best));
}

function before(left: CgroupNode, right: CgroupNode): boolean {
  if (left.tree.rank !== right.tree.rank) return left.tree.rank < right.tree.rank;
  const deeper = depth(left) - depth(right);
  return deeper === 0 ? left.path < right.path : deeper < 0;
}

function depth(node: CgroupNode): number {
  return node.path.split('/').length;
}

export function assemble(
  life: Life,
  nodes: readonly CgroupNode[],
  entity: number,
  identify: (path: Identity) => Identity,
): Entity {
  const main = mainNode(nodes);
  const others = nodes.filter((node) => node.tree === main.tree && node !== main);
  const processDirectories = [main, ...others].flatMap(ownDirectories);
  const { firstSeen } = life;
  return {
    entity,
    identity: identify(mergeIdentity(main, nodes)),
    ...placeOf(life, nodes),
    processDirectories,
    firstSeen,
  };
}

export function place(life: Life, node: CgroupNode): void {
  life.nodes.push(node);
  for (const hierarchy of node.tree.hierarchies) life.hierarchies.add(hierarchy);
}

export function placeOf({ hierarchies }: Life, nodes: readonly CgroupNode[]): EntityPlace {
  return placeIn(directoriesOf(nodes, mainNode(nodes)), hierarchies);
}

function directoriesOf(nodes: readonly CgroupNode[], main: CgroupNode): Entity['directories'] {
  const directories: Partial<Record<Hierarchy, string>> = {};
  const trees = new Set(nodes.map((node) => node.tree));
  for (const tree of trees) {
    const here = nodes.filter((node) => node.tree === tree);
    const directory = (here.find((node) => node.path === main.path) ?? mainNode(here)).directory;
    for (const hierarchy of tree.hierarchies) directories[hierarchy] = directory;
  }
  return directories;
}

/** A directory, and those below it that are no entities of their own and in none. */
function ownDirectories(top: CgroupNode): string[] {
  const nodes = [top];
  for (const node of nodes) for (const child of node.children.values()) if (child.identity === null) nodes.push(child);
  return nodes.map((node) => node.directory);
}

/** What one tree's path does not tell, another's may. */
function mergeIdentity(main: CgroupNode, nodes: readonly CgroupNode[]): Identity {
  let merged = main.identity!;
  for (const node of nodes) {
    const identity = node.identity!;
    const { runtime, qos, podUid } = merged;
    if (runtime === null || qos === null || podUid === null) {
      merged = {
        ...merged,
        runtime: runtime ?? identity.runtime,
        qos: qos ?? identity.qos,
        podUid: podUid ?? identity.podUid,
      };
    }
  }
  return merged;
}

export function sameEntity(left: Entity, right: Entity): boolean {
  return (
    JSON.stringify(left.identity) === JSON.stringify(right.identity) &&
    left.recordFile === right.recordFile &&
    samePlace(left, right) &&
    left.processDirectories.length === right.processDirectories.length &&
    left.processDirectories.every((directory, index) => directory === right.processDirectories[index])
  );
}
