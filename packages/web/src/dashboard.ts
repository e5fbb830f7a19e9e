/** A dashboard: which containers, which time, which charts. Schema 1, as the earlier monitor has it. */
export interface Dashboard {
  readonly name: string;
  readonly description: string;
  readonly containers: {
    readonly namespace: string | null;
    readonly labels: Readonly<Record<string, string>>;
    /** Of the pod, or of the container where there is no pod; `*` and `?` stand for letters. */
    readonly pattern: string | null;
  };
  /** Seconds before the first and after the last of the containers that are shown as well; null for a range that is chosen otherwise. */
  readonly padding: number | null;
  readonly panels: readonly { readonly metric: string; readonly title: string | null; readonly study: string | null }[];
}

/** What is wrong with a dashboard, and where. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
}

/**
 * Reads a dashboard.
 * @param variables what `{{NAME}}` stands for
 * @throws DashboardError naming the place
 */
export function parseDashboard(text: string, variables: ReadonlyMap<string, string>): Dashboard {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new DashboardError(`it is not JSON: ${(cause as Error).message}`, { cause });
  }
  const top = objectAt(filled(document, variables), 'the dashboard');
  const version = top['schema_version'];
  if (version !== 1) throw new DashboardError(`schema_version: wanted 1, found ${JSON.stringify(version)}`);
  const containers = objectAt(top['containers'] ?? {}, 'containers');
  const labels = objectAt(containers['label_selector'] ?? {}, 'containers.label_selector');
  return {
    name: textAt(top['name'], 'name') ?? 'dashboard',
    description: textAt(top['description'], 'description') ?? '',
    containers: {
      namespace: textAt(containers['namespace'], 'containers.namespace'),
      labels: Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [key, textAt(value, `containers.label_selector.${key}`) ?? '']),
      ),
      pattern: textAt(containers['name_pattern'], 'containers.name_pattern'),
    },
    padding: paddingOf(top['time_range']),
    panels: panelsOf(top['panels']),
  };
}

function paddingOf(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const { mode, padding_seconds: padding = 0 } = objectAt(value, 'time_range');
  if (mode !== 'from_containers') {
    throw new DashboardError(`time_range.mode: wanted "from_containers", found ${JSON.stringify(mode)}`);
  }
  if (typeof padding === 'number' && padding >= 0 && padding <= 86_400) return padding;
  throw new DashboardError(`time_range.padding_seconds: wanted 0 to 86400, found ${JSON.stringify(padding)}`);
}

function panelsOf(value: unknown): Dashboard['panels'] {
  if (!Array.isArray(value) || value.length === 0) throw new DashboardError('panels: wanted a list of at least one');
  return value.map((panel: unknown, at) => {
    const { metric, title, study } = objectAt(panel, `panels[${at}]`);
    const name = textAt(metric, `panels[${at}].metric`);
    if (name === null) throw new DashboardError(`panels[${at}].metric is missing`);
    return {
      metric: name,
      title: textAt(title, `panels[${at}].title`),
      study: textAt(study, `panels[${at}].study`),
    };
  });
}

function objectAt(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new DashboardError(`${where}: wanted an object, found ${JSON.stringify(value)?.slice(0, 60)}`);
}

function textAt(value: unknown, where: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw new DashboardError(`${where}: wanted a text, found ${JSON.stringify(value)?.slice(0, 60)}`);
}

/** With the variables in its texts. @throws DashboardError for one that has no value */
function filled(value: unknown, variables: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
      const found = variables.get(name);
      if (found === undefined) throw new DashboardError(`{{${name}}} has no value: add &${name}=… to the address`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, variables)]));
}

/**
 * Whether a name fits a pattern in which `*` stands for any letters and `?` for one. Letters are compared one by one: as a regular expression,
 * a pattern with many `*` would take for ever.
 */
export function fits(pattern: string, name: string): boolean {
  let [at, star, tried] = [0, -1, 0];
  for (let place = 0; place < name.length;) {
    if (pattern[at] === '*') [star, tried] = [at++, place];
    else if (pattern[at] === '?' || pattern[at] === name[place]) [at, place] = [at + 1, place + 1];
    else if (star === -1) return false;
    else [at, place] = [star + 1, ++tried];
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
