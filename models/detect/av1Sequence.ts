import type { Size } from './imageLimits.ts';

const sequenceHeader = 1;
/** Further units of a picture are not looked at. */
const maximumUnits = 1000;

/** Reads numbers of so many bits, highest first; 0 beyond the end. */
function bitReader(bytes: Uint8Array): (count: number) => number {
  let at = 0;
  return (count) => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, at += 1) {
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    return value;
  };
}

/** The largest frame that each sequence header in the data of an AV1 picture allows. Empty for other data. */
export function sequenceSizes(data: Uint8Array): Size[] {
  const sizes: Size[] = [];
  let at = 0;
  for (let unit = 0; unit < maximumUnits && at < data.length; unit += 1) {
    // The header of an open bitstream unit (AV1 specification, 5.3.2): forbidden bit, type, extension flag, size flag.
    const head = data[at] ?? 0;
    if ((head & 0x80) !== 0) break;
    at += (head & 4) !== 0 ? 2 : 1;
    let length = data.length - at;
    if ((head & 2) !== 0) {
      length = 0;
      for (let byte = 0; byte < 8; byte += 1) {
        const part = data[at] ?? 0;
        at += 1;
        length += (part & 0x7f) * 2 ** (7 * byte);
        if ((part & 0x80) === 0) break;
      }
    }
    if (((head >> 3) & 15) === sequenceHeader) sizes.push(readSequenceHeader(data.subarray(at, at + length)));
    at += length;
  }
  return sizes;
}

/** The largest frame that a sequence header allows (AV1 specification, 5.5.1). */
function readSequenceHeader(bytes: Uint8Array): Size {
  const read = bitReader(bytes);
  read(3 + 1); // profile, still picture
  const isReduced = read(1) === 1;
  if (isReduced) read(5);
  else skipOperatingPoints(read);
  const [widthBits, heightBits] = [1 + read(4), 1 + read(4)];
  return { width: 1 + read(widthBits), height: 1 + read(heightBits) };
}

function skipOperatingPoints(read: (count: number) => number): void {
  let hasModel = false;
  let delayBits = 0;
  const hasTiming = read(1) === 1;
  if (hasTiming) {
    read(32 + 32);
    if (read(1) === 1) skipVariableLength(read); // equal intervals: ticks per picture
    hasModel = read(1) === 1;
    if (hasModel) {
      delayBits = 1 + read(5);
      read(32 + 5 + 5);
    }
  }
  const hasDelays = read(1) === 1;
  const points = 1 + read(5);
  for (let point = 0; point < points; point += 1) {
    read(12);
    const level = read(5);
    if (level > 7) read(1); // tier
    if (hasModel && read(1) === 1) read(2 * delayBits + 1);
    if (hasDelays && read(1) === 1) read(4);
  }
}

/** uvlc(): zeros, a one, and as many bits as there were zeros. */
function skipVariableLength(read: (count: number) => number): void {
  let zeros = 0;
  while (zeros < 32 && read(1) === 0) zeros += 1;
  if (zeros < 32) read(zeros);
}
