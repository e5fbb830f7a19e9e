import { objectOf, TEXT } from './schema.ts';

/** Kinds of failures, and the status that each has. */
const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  foreign_host: 403,
  not_found: 404,
  unknown_metric: 404,
  unknown_container: 404,
  no_rows: 404,
  bad_dashboard: 422,
  range_too_long: 422,
  too_many_series: 422,
  too_large: 422,
  bad_sql: 400,
  sql_time: 422,
  sql_memory: 422,
  busy: 503,
  no_data: 503,
  indexing: 503,
  internal: 500,
} as const;

export type ProblemCode = keyof typeof STATUS;
export const PROBLEM_CODES = Object.keys(STATUS) as readonly ProblemCode[];

/** What every failure is answered with. */
export const PROBLEM = {
  $id: 'Problem',
  ...objectOf({
    error: objectOf({
      code: { ...TEXT, description: 'What kind of failure it is: a word that stays the same.' },
      message: { ...TEXT, description: 'What went wrong, where, and what to do.' },
    }),
  }),
};

/** A failure that the one who asks is told of. */
export class Problem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string) {
    super(message);
    this.name = 'Problem';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }

  get body(): { readonly error: { readonly code: ProblemCode; readonly message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}
