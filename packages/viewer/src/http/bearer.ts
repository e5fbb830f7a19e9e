import { timingSafeEqual } from 'node:crypto';

/** Whether a request brings the token, in the same time wherever it differs. @param given its `Authorization` */
export function isBearer(given: string | undefined, token: string): boolean {
  const [got, wanted] = [Buffer.from(given ?? ''), Buffer.from(`Bearer ${token}`)];
  return got.length === wanted.length && timingSafeEqual(got, wanted);
}
