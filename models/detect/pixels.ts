import { JsColorType } from '@napi-rs/image';
import type { RgbaImage, RgbImage, Size } from './imageLimits.ts';

/** Grey that transparent pixels are laid over: the colour of the letterbox bars. */
export const backdrop = 114;

/** Channels and bytes per sample of a decoder's pixels; null for floating point, which no photo needs. */
function sampleLayout(colorType: JsColorType): { channels: 1 | 2 | 3 | 4; bytes: 1 | 2 } | null {
  switch (colorType) {
    case JsColorType.L8:
      return { channels: 1, bytes: 1 };
    case JsColorType.La8:
      return { channels: 2, bytes: 1 };
    case JsColorType.Rgb8:
      return { channels: 3, bytes: 1 };
    case JsColorType.Rgba8:
      return { channels: 4, bytes: 1 };
    case JsColorType.L16:
      return { channels: 1, bytes: 2 };
    case JsColorType.La16:
      return { channels: 2, bytes: 2 };
    case JsColorType.Rgb16:
      return { channels: 3, bytes: 2 };
    case JsColorType.Rgba16:
      return { channels: 4, bytes: 2 };
    default:
      return null;
  }
}

/**
 * Interleaved 8-bit RGB of pixels as the decoder gives them: grey is repeated, 16 bits are scaled by 255/65535 and
 * rounded, alpha is laid over the backdrop. Returns the pixels themselves where they are 8-bit RGB already, and null
 * for floating-point samples.
 */
export function toRgb(pixels: Uint8Array, colorType: JsColorType): Uint8Array | null {
  const layout = sampleLayout(colorType);
  if (layout === null) return null;
  const { channels, bytes } = layout;
  if (channels === 3) return bytes === 1 ? pixels : toEightBits(pixels);
  return bytes === 1 ? layOverBackdrop(pixels, channels, 255) : layOverBackdrop(asWords(pixels), channels, 65_535);
}

/** 8-bit RGB of grey, grey and alpha, or RGBA samples up to a maximum; alpha is laid over the backdrop. */
function layOverBackdrop(samples: Uint8Array | Uint16Array, channels: 1 | 2 | 4, maximum: number): Uint8Array {
  const count = samples.length / channels;
  const step = channels < 3 ? 0 : 1;
  const scale = 255 / maximum;
  const rgb = new Uint8Array(3 * count);
  for (let pixel = 0; pixel < count; pixel += 1) {
    const from = pixel * channels;
    const alpha = channels === 1 ? maximum : (samples[from + channels - 1] ?? maximum);
    for (let channel = 0; channel < 3; channel += 1) {
      const value = (samples[from + channel * step] ?? 0) * scale;
      rgb[3 * pixel + channel] = Math.round((value * alpha + backdrop * (maximum - alpha)) / maximum);
    }
  }
  return rgb;
}

/** As `toRgb`, for RGBA whose colours are multiplied by their alpha already; null for other samples. */
export function fromPremultiplied(pixels: Uint8Array, colorType: JsColorType): Uint8Array | null {
  if (colorType !== JsColorType.Rgba8 && colorType !== JsColorType.Rgba16) return null;
  const samples = colorType === JsColorType.Rgba8 ? pixels : asWords(pixels);
  const maximum = colorType === JsColorType.Rgba8 ? 255 : 65_535;
  const rgb = new Uint8ClampedArray((samples.length / 4) * 3);
  for (let from = 0, to = 0; from < samples.length; from += 4) {
    const rest = backdrop * (1 - (samples[from + 3] ?? maximum) / maximum);
    for (let channel = 0; channel < 3; channel += 1, to += 1) {
      rgb[to] = ((samples[from + channel] ?? 0) * 255) / maximum + rest; // clamped and rounded
    }
  }
  return new Uint8Array(rgb.buffer);
}

/**
 * RGB of the indices of a TIFF colour map. The decoder has spread indices of fewer than 8 bits over 0..255.
 * @param map 16-bit values: all reds, all greens, all blues; null where its length does not fit the bits
 */
export function lookUpColors(spread: Uint8Array, map: readonly number[], bits: number): Uint8Array | null {
  const colors = 2 ** bits;
  if (map.length !== 3 * colors) return null;
  const rgb = new Uint8Array(3 * spread.length);
  for (let pixel = 0; pixel < spread.length; pixel += 1) {
    const index = Math.round(((spread[pixel] ?? 0) * (colors - 1)) / 255);
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[3 * pixel + channel] = (map[channel * colors + index] ?? 0) >> 8;
    }
  }
  return rgb;
}

/** RGB of full-range YCbCr by ITU-R BT.601, as in JPEG (JFIF 1.02). */
export function fromYcc(samples: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(samples.length);
  for (let at = 0; at < samples.length; at += 3) {
    const [y, blue, red] = [samples[at] ?? 0, (samples[at + 1] ?? 0) - 128, (samples[at + 2] ?? 0) - 128];
    rgb[at] = y + 1.402 * red;
    rgb[at + 1] = y - 0.344136 * blue - 0.714136 * red;
    rgb[at + 2] = y + 1.772 * blue;
  }
  return new Uint8Array(rgb.buffer);
}

/** A frame on its canvas; what the frame leaves free has the backdrop's colour. */
export function placeOnBackdrop(frame: RgbaImage, left: number, top: number, { width, height }: Size): RgbaImage {
  if (frame.width === width && frame.height === height) return frame;
  const rgba = new Uint8Array(4 * width * height).fill(backdrop);
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
  const row = 4 * frame.width;
  for (let y = 0; y < frame.height; y += 1) {
    rgba.set(frame.rgba.subarray(y * row, (y + 1) * row), 4 * ((top + y) * width + left));
  }
  return { width, height, rgba };
}

/** The pixels of opaque RGBA as words, the red of each in the low byte: every system that the runtime exists for keeps that first. */
export function pixelWords({ rgba }: RgbaImage): Uint32Array {
  const aligned = rgba.byteOffset % 4 === 0 ? rgba : Uint8Array.from(rgba);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/** Native-endian 16-bit samples; a copy, because the decoder's buffer may start at an odd address. */
function asWords(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(new Uint8Array(bytes).buffer);
}

function toEightBits(bytes: Uint8Array): Uint8Array {
  const wide = asWords(bytes);
  const narrow = new Uint8Array(wide.length);
  for (let index = 0; index < wide.length; index += 1) narrow[index] = Math.round((wide[index] ?? 0) / 257);
  return narrow;
}

/** The picture turned upright as its EXIF orientation, 1..8, says; as it is for others. */
export function orient(image: RgbaImage, orientation: number): RgbaImage {
  if (orientation < 2 || orientation > 8) return image;
  const { width, height } = image;
  // Orientations 5..8 swap the axes. `origin` is the stored pixel shown first; a step right or down in the upright
  // picture moves `right` or `down` pixels in the stored one.
  const swapped = orientation >= 5;
  const [mirrorX, mirrorY] = [[2, 3, 7, 8].includes(orientation), [3, 4, 6, 7].includes(orientation)];
  const stepX = mirrorX ? -1 : 1;
  const stepY = mirrorY ? -width : width;
  const origin = (mirrorX ? width - 1 : 0) + (mirrorY ? (height - 1) * width : 0);
  const [right, down] = swapped ? [stepY, stepX] : [stepX, stepY];
  const upright = { width: swapped ? height : width, height: swapped ? width : height };
  const stored = pixelWords(image);
  const turned = new Uint32Array(stored.length);
  let to = 0;
  for (let row = 0; row < upright.height; row += 1) {
    let from = origin + row * down;
    for (let column = 0; column < upright.width; column += 1) {
      turned[to] = stored[from] ?? 0;
      to += 1;
      from += right;
    }
  }
  return { ...upright, rgba: new Uint8Array(turned.buffer) };
}

/** The same picture as opaque RGBA. */
export function toRgba({ width, height, rgb }: RgbImage): RgbaImage {
  const rgba = new Uint8Array(4 * width * height);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = rgb[from] ?? 0;
    rgba[to + 1] = rgb[from + 1] ?? 0;
    rgba[to + 2] = rgb[from + 2] ?? 0;
    rgba[to + 3] = 255;
  }
  return { width, height, rgba };
}
