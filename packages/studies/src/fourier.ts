/** The least power of two that is not less. */
export function powerOfTwo(least: number): number {
  let size = 1;
  while (size < least) size *= 2;
  return size;
}

/** Fourier transforms of one size. */
export class Fourier {
  readonly size: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;

  /** @param size a power of two */
  constructor(size: number) {
    this.size = size;
    this.#cosines = new Float64Array(size / 2).map((_, at) => Math.cos((2 * Math.PI * at) / size));
    this.#sines = new Float64Array(size / 2).map((_, at) => Math.sin((2 * Math.PI * at) / size));
  }

  /** In place. Going back is the same with both arrays exchanged, times the size. */
  transform(real: Float64Array, imaginary: Float64Array): void {
    this.#reorder(real, imaginary);
    for (let half = 1; half < this.size; half *= 2) {
      const stride = this.size / (2 * half);
      for (let start = 0; start < this.size; start += 2 * half) {
        for (let at = 0; at < half; at++) {
          const cosine = this.#cosines[at * stride]!;
          const sine = this.#sines[at * stride]!;
          const low = start + at;
          const high = low + half;
          const re = real[high]! * cosine + imaginary[high]! * sine;
          const im = imaginary[high]! * cosine - real[high]! * sine;
          real[high] = real[low]! - re;
          imaginary[high] = imaginary[low]! - im;
          real[low]! += re;
          imaginary[low]! += im;
        }
      }
    }
  }

  /** Into the order of the indices' bits, read backwards. */
  #reorder(real: Float64Array, imaginary: Float64Array): void {
    for (let at = 1, other = 0; at < this.size; at++) {
      let bit = this.size >> 1;
      for (; (other & bit) !== 0; bit >>= 1) other ^= bit;
      other ^= bit;
      if (at >= other) continue;
      [real[at], real[other]] = [real[other]!, real[at]!];
      [imaginary[at], imaginary[other]] = [imaginary[other]!, imaginary[at]!];
    }
  }
}
