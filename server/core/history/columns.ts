/** Columns of numbers and texts as bytes: numbers as whole multiples of 1, 0.1, 0.01 or 0.001 in as few bytes as they need, or as they are. */

export interface Writer {
  /** A whole number from 0 on. */
  count(value: number): void;
  text(value: string): void;
  /** Its length is known to whoever reads it. */
  numbers(values: readonly number[]): void;
  bytes(): Uint8Array;
}

export interface Reader {
  count(): number;
  text(): string;
  numbers(count: number): number[];
}

const SCALES = [1, 10, 100, 1_000] as const;
const RAW = 255;
/** Added to the scale's index: each is the difference to the one before. */
const STEPS = 16;
/** Differences of two stay exact. */
const LARGEST = 2 ** 52;

const isExactAt = (scale: number) => (value: number): boolean => {
  const whole = Math.round(value * scale);
  return Math.abs(whole) <= LARGEST && Object.is(whole / scale, value);
};
const stepsOf = (wholes: readonly number[]): number[] => wholes.map((whole, i) => whole - (i === 0 ? 0 : wholes[i - 1]!));
/** Small numbers of either sign are small: 0, -1, 1, -2 ... */
const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n);
const unzigzag = (n: number): number => (n % 2 === 1 ? -(n + 1) / 2 : n / 2);
const sizeOf = (wholes: readonly number[]): number => wholes.reduce((sum, whole) => sum + 1 + Math.floor(Math.log2(Math.max(1, zigzag(whole))) / 7), 0);

export function createWriter(): Writer {
  const out: number[] = [];
  const count = (value: number): void => {
    let rest = value;
    while (rest >= 128) {
      out.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    out.push(rest);
  };
  const raw = (bytes: Uint8Array): void => {
    for (const byte of bytes) out.push(byte);
  };
  return {
    count,
    text(value) {
      const bytes = Buffer.from(value);
      count(bytes.length);
      raw(bytes);
    },
    numbers(values) {
      const scale = SCALES.findIndex((one) => values.every(isExactAt(one)));
      if (scale < 0) {
        out.push(RAW);
        raw(new Uint8Array(Float64Array.from(values).buffer));
        return;
      }
      const wholes = values.map((value) => Math.round(value * SCALES[scale]!));
      const steps = stepsOf(wholes);
      const isShorter = sizeOf(steps) < sizeOf(wholes);
      out.push(scale + (isShorter ? STEPS : 0));
      for (const whole of isShorter ? steps : wholes) count(zigzag(whole));
    },
    bytes: () => Uint8Array.from(out),
  };
}

export function createReader(source: Uint8Array): Reader {
  // A copy of its own: a Buffer may be a part of a larger one.
  const bytes = new Uint8Array(source);
  let at = 0;
  const count = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => bytes.slice(at, (at += length));
  return {
    count,
    text: () => Buffer.from(take(count())).toString(),
    numbers(length) {
      const how = bytes[at++]!;
      if (how === RAW) return [...new Float64Array(take(8 * length).buffer)];
      const scale = SCALES[how % STEPS]!;
      const values: number[] = [];
      for (let i = 0, last = 0; i < length; i += 1) {
        // Nearly all fit one byte or two: read as count() would.
        const byte = bytes[at]!;
        const whole = unzigzag(byte < 128 ? ((at += 1), byte) : count());
        last = how >= STEPS ? last + whole : whole;
        values.push(last / scale);
      }
      return values;
    },
  };
}
