/** A name that the machine gave (an RDMA device, a resource) as part of a column's name: in lower case, other signs as `_`. */
export function columnWord(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');
}
