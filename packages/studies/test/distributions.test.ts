/** Tails against tables, and against each other. */
import t, { type Test } from 'tap';
import { amongMany, lnGammaTail, normalTails, studentQuantile, studentTails } from '../src/distributions.ts';
import { Fourier } from '../src/fourier.ts';
import { Generator } from './generator.ts';

function close(t: Test, found: number, wanted: number, part = 1e-3): void {
  t.ok(Math.abs(found / wanted - 1) < part, `${found}, wanted ${wanted}`);
}

t.test('tables', (t) => {
  close(t, studentTails(12.706, 1), 0.05);
  close(t, studentTails(-2.228, 10), 0.05);
  close(t, studentTails(4.587, 10), 0.001);
  close(t, normalTails(1.959964), 0.05);
  close(t, normalTails(4.891638), 1e-6, 1e-2);
  close(t, studentQuantile(0.05, 10), 2.228);
  // Chi-squared of 2, 4 and 20 degrees of freedom is twice the sum of 1, 2 and 10.
  close(t, Math.exp(lnGammaTail(1, 5.991 / 2)), 0.05);
  close(t, Math.exp(lnGammaTail(2, 9.488 / 2)), 0.05);
  close(t, Math.exp(lnGammaTail(10, 31.41 / 2)), 0.05);
  close(t, amongMany(1e-12, 1e6), 1e-6);
  t.equal(studentTails(0, 5), 1);
  t.equal(studentTails(NaN, 5), 1);
  t.equal(studentTails(3, -1), 1);
  t.equal(lnGammaTail(3, 0), 0);
  t.end();
});

t.test('a transform is its sums, and goes back', (t) => {
  const generator = new Generator(1);
  const values = generator.white(16);
  const [real, imaginary] = [values.slice(), new Float64Array(16)];
  const fourier = new Fourier(16);
  fourier.transform(real, imaginary);
  for (let at = 0; at < 16; at++) {
    const re = values.reduce((sum, one, place) => sum + one * Math.cos((2 * Math.PI * at * place) / 16), 0);
    const im = values.reduce((sum, one, place) => sum - one * Math.sin((2 * Math.PI * at * place) / 16), 0);
    t.ok(Math.hypot(real[at]! - re, imaginary[at]! - im) < 1e-9);
  }
  fourier.transform(imaginary, real);
  t.ok(values.every((one, at) => Math.abs(real[at]! / 16 - one) < 1e-9));
  t.end();
});
