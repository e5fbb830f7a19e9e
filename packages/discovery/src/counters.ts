/** Numbers that discovery publishes about itself, for `Counters` of @fgm/ring. Counts unless said otherwise. */
export const DISCOVERY_COUNTERS = [
  /** Complete walks of all trees. */
  'scans',
  /** Microseconds spent in them. */
  'scan_usec',
  /** Directories followed by inotify right now. */
  'watches',
  /** Watches that could not be set or broke. */
  'watch_errors',
  /** Walks of the directories that inotify's limits left out. */
  'rescans',
  /** Containers that have got a name, by the most trusted source that had it (see `NameSource`). */
  'names_runtime',
  'names_log_link',
  'names_mounts',
  'names_pod_logs',
  'names_environ',
  /** Containers about which two sources said different things. */
  'name_contradictions',
  /** Files with names that were there and could not be read. */
  'name_read_errors',
  /** Containers without a name right now. */
  'unnamed',
  /** Ends of cgroups that the kernel told of. */
  'ends',
  /** Containers that were gone before they could be looked at. */
  'glimpsed',
  /** 1 when its thread comes before others, else 0. */
  'priority_raised',
] as const;
export type DiscoveryCounter = (typeof DISCOVERY_COUNTERS)[number];
