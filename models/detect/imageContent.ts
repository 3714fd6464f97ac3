const convert = 'Save it as JPEG, PNG, WebP or TIFF.';

/** Formats that are known but not decoded: what they start with (and from where), and what to call them. */
const otherFormats: readonly (readonly [start: string, at: number, what: string])[] = [
  ['ftyphei', 4, 'a HEIC picture'],
  ['ftyphev', 4, 'a HEIC picture'],
  ['ftypmif1', 4, 'a HEIC picture'],
  ['ftyp', 4, 'a film'],
  ['jP  ', 4, 'a JPEG 2000 picture'],
  ['\xffO\xffQ', 0, 'a JPEG 2000 picture'],
  ['JXL ', 4, 'a JPEG XL picture'],
  ['\xff\n', 0, 'a JPEG XL picture'],
  ['II+\0', 0, 'a BigTIFF picture'],
  ['MM\0+', 0, 'a BigTIFF picture'],
  ['8BPS', 0, 'a Photoshop document'],
  ['%PDF', 0, 'a PDF document'],
  ['P4\n', 0, 'a Netpbm picture'],
  ['P5\n', 0, 'a Netpbm picture'],
  ['P6\n', 0, 'a Netpbm picture'],
  ['\0\0\x01\0', 0, 'an icon file'],
  ['<svg', 0, 'an SVG drawing'],
  ['<?xml', 0, 'an SVG drawing or another XML file'],
  ['PK\x03\x04', 0, 'a ZIP archive'],
];

/** What a file that is not a picture seems to be ("is empty"), and what to do about it. */
export function describeContent(bytes: Uint8Array): readonly [what: string, hint?: string] {
  if (bytes.length === 0) return ['is empty', 'Copy or download the file again.'];
  const start = Buffer.from(bytes.subarray(0, 1000)).toString('latin1');
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (text.startsWith('version https://git-lfs')) {
    return ['is a Git LFS pointer, not the picture itself', 'Run "git lfs pull" where it came from.'];
  }
  if (/^<(!doctype html|html)/i.test(text)) {
    return ['is a web page saved under the name of a picture', 'Download the picture itself.'];
  }
  const other = otherFormats.find(([letters, at]) => start.startsWith(letters, at));
  if (other !== undefined) return [`is ${other[2]}, which is not supported`, convert];
  return ['is not a picture in a known format (JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF)'];
}
