/** What stands in the head of a chart about its values. */
export interface PanelFacts {
  readonly unit: string | null;
  /** Which lines of how many; null for all. */
  readonly note: string | null;
}
