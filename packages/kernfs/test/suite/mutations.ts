import fc from 'fast-check';

/** Bytes that mean something to some parser, and some that mean nothing to any. */
const TELLING = Array.from(' \n\t:=.,-()[]0123456789kBmaxsome\0\u007f\u00ff');

type Mutation = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const byte = fc.constantFrom(...TELLING);

function at(text: string, share: number): number {
  return Math.floor(text.length * share);
}

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, byte).map(([where, put]): Mutation => (text) => {
    const index = at(text, where);
    return text.slice(0, index) + put + text.slice(index + 1);
  }),
  fc.tuple(place, byte).map(([where, put]): Mutation => (text) => {
    const index = at(text, where);
    return text.slice(0, index) + put + text.slice(index);
  }),
  place.map((where): Mutation => (text) => {
    const index = at(text, where);
    return text.slice(0, index) + text.slice(index + 1);
  }),
  place.map(
    (where): Mutation =>
      (text) =>
        text.slice(0, at(text, where)),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Mutation =>
      (text) =>
        text + text.slice(at(text, from), at(text, to)),
  ),
);

/** A text, as it is or changed in a few places. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const mutations = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
  );
  return fc.tuple(text, mutations).map(([start, list]) => list.reduce((result, change) => change(result), start));
}

/** Decimal numbers as kernels print them: small, large, and around the places where something can go wrong. */
export const decimal: fc.Arbitrary<string> = fc.oneof(
  fc.nat({ max: 9999 }).map(String),
  fc.maxSafeNat().map(String),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  fc.constantFrom(
    '0',
    '00',
    '007',
    '999',
    '1000',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '18446744073709551615',
  ),
);
