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
] as const;
export type DiscoveryCounter = (typeof DISCOVERY_COUNTERS)[number];
