import { SCENARIO_NAMES, scenario } from '@fgm/scenarios';
import { textTable } from '../text/text-table.ts';

/** What each does, and what to look at. */
export function scenariosAsJson(): object[] {
  return SCENARIO_NAMES.map((name) => {
    const { shows, panels, sql } = scenario(name);
    return { name, shows, look_at: Object.keys(panels), sql };
  });
}

/** The same for people. */
export function scenarioLines(): string[] {
  return textTable(
    [{ heading: 'SCENARIO' }, { heading: 'WHAT HAPPENS' }, { heading: 'LOOK AT' }],
    SCENARIO_NAMES.map((name) => {
      const { shows, panels } = scenario(name);
      return [name, shows, Object.keys(panels).join(', ')];
    }),
  );
}
