import type { Entity, Hierarchy } from '@fgm/catalog';

/** Where an entity can be read. */
export type EntityPlace = Pick<Entity, 'directories' | 'lost'>;

/**
 * Where an entity is now, and where it is no more.
 * @param hierarchies all in which it has ever had a directory
 */
export function placeIn(directories: Entity['directories'], hierarchies: ReadonlySet<Hierarchy>): EntityPlace {
  const lost = [...hierarchies].filter((hierarchy) => directories[hierarchy] === undefined);
  return lost.length === 0 ? { directories } : { directories, lost };
}

export function samePlace(left: EntityPlace, right: EntityPlace): boolean {
  const hierarchies = Object.keys(left.directories) as Hierarchy[];
  return (
    left.lost?.length === right.lost?.length &&
    hierarchies.length === Object.keys(right.directories).length &&
    hierarchies.every((hierarchy) => left.directories[hierarchy] === right.directories[hierarchy])
  );
}
