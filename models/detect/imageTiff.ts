import { decodeSamples, type StoredSamples } from './imageDecoders.ts';
import { imageUnreadable, type RgbImage } from './imageLimits.ts';
import { fromPremultiplied, fromYcc, lookUpColors, toRgb } from './pixels.ts';
import { readTiffDirectory, type TiffDirectory, tiffTags, withTiffShort } from './tiffDirectory.ts';

/** Values of the photometric tag (TIFF 6.0, section 8 and 16). */
const photometric = { black: 1, rgb: 2, palette: 3, ycc: 6 } as const;

const jpegCompression = 7;

/** Compressions that the decoder lacks, by the tag's value. */
const unsupportedCompressions: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  6: 'old-style JPEG',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'ZSTD',
  50001: 'WebP',
  50002: 'JPEG XL',
};

const unsupportedColors: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  8: 'CIELab colours',
  9: 'ICCLab colours',
  10: 'ITULab colours',
  32803: 'raw sensor data',
  32844: 'logarithmic brightness',
  32845: 'logarithmic colours',
};

const hint = 'Open it in another program and save it as PNG.';

/**
 * Decodes the first picture of a TIFF. Colour maps, YCbCr and premultiplied alpha, which the decoder does not know, are
 * resolved here from the stored samples.
 * @throws StudioError `image-unreadable` for a kind that is not supported
 */
export async function decodeTiff(path: string, bytes: Uint8Array): Promise<RgbImage> {
  const directory = readTiffDirectory(bytes);
  const problem = whatIsUnsupported(directory);
  if (problem !== null) throw imageUnreadable(path, `is a TIFF picture ${problem}, which is not supported`, hint);
  const [kind] = directory.numbers(tiffTags.photometric);
  const stored = await decodeSamples(asStored(bytes, kind));
  const rgb = resolveColors(stored, directory);
  if (rgb === null) throw imageUnreadable(path, 'is a TIFF picture of an uncommon kind, which is not supported', hint);
  return { width: stored.width, height: stored.height, rgb };
}

/** Colour map indices are decoded as if they were grey, YCbCr as if it were RGB. */
function asStored(bytes: Uint8Array, kind: number | undefined): Uint8Array {
  if (kind === photometric.palette) return withTiffShort(bytes, tiffTags.photometric, photometric.black);
  if (kind === photometric.ycc) return withTiffShort(bytes, tiffTags.photometric, photometric.rgb);
  return bytes;
}

function resolveColors({ samples, colorType }: StoredSamples, { numbers }: TiffDirectory): Uint8Array | null {
  const [kind] = numbers(tiffTags.photometric);
  const [bits = 1] = numbers(tiffTags.bitsPerSample);
  const [extra] = numbers(tiffTags.extraSamples);
  if (kind === photometric.palette) return lookUpColors(samples, numbers(tiffTags.colorMap), bits);
  if (kind === photometric.ycc) return fromYcc(samples);
  const isPremultiplied = extra === 1 && numbers(tiffTags.samplesPerPixel)[0] === 4;
  return isPremultiplied ? fromPremultiplied(samples, colorType) : toRgb(samples, colorType);
}

/** What makes a picture one that cannot be decoded ("that is compressed with ZSTD"), or null. */
function whatIsUnsupported({ numbers }: TiffDirectory): string | null {
  const [compression = 1] = numbers(tiffTags.compression);
  const [kind = photometric.black] = numbers(tiffTags.photometric);
  const [bits = 1] = numbers(tiffTags.bitsPerSample);
  const [format = 1] = numbers(tiffTags.sampleFormat);
  const [samples = 1] = numbers(tiffTags.samplesPerPixel);
  const method = unsupportedCompressions[compression];
  if (method !== undefined) return `that is compressed with ${method}`;
  const colors = unsupportedColors[kind];
  if (colors !== undefined) return `of ${colors}`;
  if (format === 3) return 'of floating-point samples';
  if (format === 2) return 'of signed samples';
  if (![1, 8, 16].includes(bits)) return `of ${bits}-bit samples`;
  if (samples > 4 || samples === 2) return `of ${samples} samples a pixel`;
  if (kind === photometric.palette && bits > 8) return `of a colour map with ${bits}-bit indices`;
  if (kind === photometric.ycc) {
    const [across = 2, down = 2] = numbers(tiffTags.subsampling);
    const isWhole = compression === jpegCompression || (across === 1 && down === 1);
    if (!isWhole || samples !== 3 || bits !== 8)
      return 'of YCbCr colours with fewer samples of colour than of brightness';
  }
  return null;
}
