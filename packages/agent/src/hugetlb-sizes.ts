/** The sizes of huge pages (`2MB`, `1GB`) for which there are files among these, of cgroup v2 or v1; the smallest first. */
export function hugetlbSizes(names: Iterable<string>): string[] {
  const sizes = new Map<string, number>();
  for (const name of names) {
    const [, size, amount, unit] = /^hugetlb\.((\d{1,4})([KMG])B)\.(?:current|usage_in_bytes)$/.exec(name) ?? [];
    if (size !== undefined) sizes.set(size, Number(amount) * 1024 ** 'KMG'.indexOf(unit!));
  }
  return [...sizes].toSorted(([, one], [, other]) => one - other).map(([size]) => size);
}
