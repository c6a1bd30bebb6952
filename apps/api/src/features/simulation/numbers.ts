/**
 * The whole numbers that PostgreSQL packed with `string_agg(int4send(n), '')`: four bytes each, the high one first.
 * A list of a million people is one value of four megabytes instead of a million rows.
 */
export function numbersOf(packed: Buffer): Int32Array {
  // A copy of its own, for the driver's buffer starts wherever the value lay in it.
  const bytes = Buffer.from(packed).swap32();
  if (bytes.byteOffset % 4 === 0) return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return new Int32Array(new Uint8Array(bytes).buffer);
}
