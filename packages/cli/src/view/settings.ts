import { durationMs, orOff, parseAddress, path, size } from '@fgm/agent/config';
import type { Address, AnySettingOf, ValueType } from '@fgm/agent/config';
import { LEAST_MEMORY } from '../export/memory.ts';

const SECOND = 1_000_000;
const MIB = 2 ** 20;

/** What a viewer is told. */
export interface ViewConfig {
  readonly listen: Address;
  readonly token: string | null;
  readonly dashboards: string | null;
  readonly sqlMs: number;
  /** Null for no SQL. */
  readonly sqlMemoryBytes: number | null;
  readonly exportMemoryBytes: number;
}

const listen: ValueType<Address> = {
  placeholder: 'address',
  wanted: 'an address such as 127.0.0.1:8050, [::1]:8050 or :8050',
  parse: (text) => parseAddress(text) ?? undefined,
};

/** Whether it will do is checked afterwards: messages about settings quote them. */
const token: ValueType<string> = { placeholder: 'text', wanted: 'a text', parse: (text) => text };

/** The settings of `fgm view`. None is taken again on SIGHUP: an address and a token are not changed under those who use them. */
export const VIEW_SETTINGS: readonly AnySettingOf<ViewConfig>[] = [
  {
    key: 'listen',
    flag: 'listen',
    type: listen,
    default: '127.0.0.1:8050',
    help: 'Address and port of the page; another than that of this machine lets others in.',
    reread: false,
  },
  {
    key: 'token',
    flag: 'token',
    type: token,
    default: null,
    help: 'What requests must bring as Authorization: Bearer; better as a variable, as others see flags.',
    reread: false,
  },
  {
    key: 'dashboards',
    flag: 'dashboards',
    type: { ...path, placeholder: 'dir' },
    default: null,
    help: 'Directory with JSON files that the page shows by ?dashboard=NAME.',
    reread: false,
  },
  {
    key: 'sqlMs',
    flag: 'sql-time',
    type: durationMs({ min: SECOND, max: 3600 * SECOND, example: '30s' }),
    default: '30s',
    help: 'How long a query of /api/v1/sql may take.',
    reread: false,
  },
  {
    key: 'sqlMemoryBytes',
    flag: 'sql-memory',
    type: orOff(size(224 * MIB)),
    default: '384MiB',
    help: 'Memory of the process that runs a query of /api/v1/sql; off leaves SQL out.',
    reread: false,
  },
  {
    key: 'exportMemoryBytes',
    flag: 'export-memory',
    type: size(LEAST_MEMORY),
    default: '2GiB',
    help: 'Memory of each process that makes a file for /api/v1/export; less where the container has less left.',
    reread: false,
  },
];
