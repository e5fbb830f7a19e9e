/** Steps of the counts: so many for each doubling, from 2^-4 to 2^20. */
const STEPS = 20;
const FIRST = -4 * STEPS;
const COUNT = 24 * STEPS;

/** What a share of all scores lies beyond, kept up to date score by score. */
class Limit {
  readonly #counts: Uint32Array;
  readonly #share: number;
  #step = 0;
  #beyond = 0;

  constructor(counts: Uint32Array, share: number) {
    this.#counts = counts;
    this.#share = share;
  }

  /** A score was counted there. */
  added(step: number, size: number): void {
    if (step >= this.#step) this.#beyond++;
    // One less, so that what was seen once is known from then on.
    const most = Math.max(0, this.#share * size - 1);
    while (this.#beyond > most && this.#step < COUNT - 1) this.#beyond -= this.#counts[this.#step++]!;
    while (this.#step > 0 && this.#beyond + this.#counts[this.#step - 1]! <= most) {
      this.#beyond += this.#counts[--this.#step]!;
    }
  }

  get score(): number {
    return 2 ** ((this.#step + FIRST) / STEPS);
  }
}

/** Of a normal distribution, one value in ten and one in a hundred is further from the middle, in standard deviations. */
const NORMAL_TENTH = 1.645;
const NORMAL_HUNDREDTH = 2.576;

/** The longest tail that is believed in: with a longer one nothing would ever be unusual. */
const LEAST_POWER = 0.3;

/** That of an exponential distribution. */
const EXPONENTIAL = Math.log(NORMAL_HUNDREDTH / NORMAL_TENTH) / Math.LN2;

/** How far out a series goes anyhow. */
export class PastScores {
  readonly #counts = new Uint32Array(COUNT);
  readonly #tenth = new Limit(this.#counts, 0.1);
  readonly #hundredth = new Limit(this.#counts, 0.01);
  size = 0;

  add(score: number): void {
    const step = score > 0 ? Math.round(STEPS * Math.log2(score)) - FIRST : 0;
    const bounded = Math.min(COUNT - 1, Math.max(0, step));
    this.#counts[bounded]!++;
    this.size++;
    this.#tenth.added(bounded, this.size);
    this.#hundredth.added(bounded, this.size);
  }

  /**
   * What a score comes to in a normal distribution: the tail of the past ones is taken for that of a power of it, which one in ten
   * and one in a hundred of them tell. Never further out than it is.
   */
  normal(score: number): number {
    const hundredth = this.#hundredth.score;
    const power = Math.min(1, Math.max(LEAST_POWER, this.#power));
    return Math.min(score, NORMAL_HUNDREDTH * (score / Math.max(hundredth, NORMAL_HUNDREDTH)) ** power);
  }

  /** The least chance that may be told of a score: a tail that is longer than an exponential one may be that of a power (Pareto). */
  leastChance(score: number): number {
    if (this.#power >= EXPONENTIAL) return 0;
    const [tenth, hundredth] = [this.#tenth.score, this.#hundredth.score];
    return 0.01 * Math.min(1, (hundredth / score) ** (Math.LN10 / Math.log(hundredth / tenth)));
  }

  /** Which power of the scores has the tail of a normal distribution. */
  get #power(): number {
    return Math.log(NORMAL_HUNDREDTH / NORMAL_TENTH) / Math.log(this.#hundredth.score / this.#tenth.score);
  }
}
