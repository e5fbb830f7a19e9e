import type { Test } from 'tap';

/** Asserts that it ends with an error like this. */
export async function fails(
  t: Test,
  request: Promise<unknown>,
  wanted: object,
  what = 'fails as it should',
): Promise<void> {
  const error: unknown = await request.then(
    () => null,
    (cause: unknown) => cause,
  );
  t.match(error, wanted, what);
}
