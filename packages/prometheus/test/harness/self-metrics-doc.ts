import type { Described } from '../../src/index.ts';

export const SELF_METRICS_DOC = new URL('../../../../docs/self-metrics.md', import.meta.url);

/** Of the process itself, which other programs tell as well. */
export interface Scraped {
  readonly title: string;
  readonly where: string;
  readonly metrics: readonly Described[];
}

const INTRODUCTION = `# Metrics of fine-grained-monitor itself

What a recorder and a viewer tell Prometheus of themselves, as they describe it. Made from what they answer by
\`UPDATE_DOCS=1 npx tap --disable-coverage packages/prometheus/test/self-metrics.test.ts\`; the same test, without that variable, compares the two.

No metric has a label for a container, a pod or a process: their number is the same on an idle node and on a full one, under 300 series a
scrape. What is recorded of containers is in the files ([metrics.md](metrics.md)). Scraping, alerts and dashboards: [prometheus.md](prometheus.md).
`;

function row({ name, type, help, labels }: Described): string {
  return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help.replaceAll('|', '\\|')} |`;
}

/** The document about these scrapes. */
export function selfMetricsDocument(scrapes: readonly Scraped[]): string {
  const sections = scrapes.map(({ title, where, metrics }) =>
    [
      `## ${title}`,
      '',
      where,
      '',
      '| metric | type | labels | |',
      '| --- | --- | --- | --- |',
      ...metrics.map(row),
      '',
    ].join('\n'),
  );
  return [INTRODUCTION, ...sections].join('\n');
}

/** Names of metrics in such a document. */
export function documentedNames(document: string): readonly string[] {
  return [...document.matchAll(/^\| `([a-z_]+)`/gm)].map(([, name]) => name!);
}
