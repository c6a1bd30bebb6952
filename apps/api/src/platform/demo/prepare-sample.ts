import type { INestApplicationContext } from '@nestjs/common';

/** Fills an empty book with the sample book, and gives the sample sign-ins. */
export async function prepareSample(
  _app: INestApplicationContext,
): Promise<{ email: string; password: string; role: string }[]> {
  return [];
}
