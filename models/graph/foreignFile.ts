/** What a file that is not ONNX seems to be. Both texts are whole clauses, to be put after the file's name. */
export interface ForeignFile {
  /** E.g. "is empty", "looks like a JPEG picture". */
  readonly what: string;
  readonly hint: string;
}

const exportHint = 'Export the model to ONNX first, then open the .onnx file.';
const downloadHint = 'Download the model again; the file should start with binary data, not text.';
const wrongFileHint = 'Choose the .onnx file of the model instead.';

/** File kinds told by fixed bytes at a fixed place. */
const signatures: readonly {
  readonly at: number;
  readonly bytes: string;
  readonly what: string;
  readonly hint: string;
}[] = [
  { at: 4, bytes: 'TFL3', what: 'looks like a TensorFlow Lite model', hint: exportHint },
  {
    at: 4,
    bytes: 'ORTM',
    what: "looks like a model in ONNX Runtime's own .ort format",
    hint: 'Open the .onnx file it was made from.',
  },
  { at: 0, bytes: '\x89HDF\r\n', what: 'looks like an HDF5 file, perhaps a Keras model', hint: exportHint },
  { at: 0, bytes: 'GGUF', what: 'looks like a GGUF model', hint: wrongFileHint },
  { at: 0, bytes: 'ftrt', what: 'looks like a TensorRT engine', hint: 'Open the .onnx file it was built from.' },
  { at: 0, bytes: '\x93NUMPY', what: 'looks like a NumPy array', hint: wrongFileHint },
  { at: 0, bytes: '\xff\xd8\xff', what: 'looks like a JPEG picture', hint: wrongFileHint },
  { at: 0, bytes: '\x89PNG\r\n', what: 'looks like a PNG picture', hint: wrongFileHint },
  { at: 0, bytes: 'GIF8', what: 'looks like a GIF picture', hint: wrongFileHint },
  { at: 8, bytes: 'WEBP', what: 'looks like a WebP picture', hint: wrongFileHint },
  { at: 0, bytes: '%PDF', what: 'looks like a PDF document', hint: wrongFileHint },
  { at: 0, bytes: '\x7fELF', what: 'looks like a program or library', hint: wrongFileHint },
  { at: 0, bytes: 'MZ', what: 'looks like a Windows program or library', hint: wrongFileHint },
  { at: 0, bytes: '\x1f\x8b', what: 'looks like a gzip archive', hint: 'Unpack it and open the .onnx file inside.' },
  { at: 0, bytes: '7z\xbc\xaf', what: 'looks like a 7-Zip archive', hint: 'Unpack it and open the .onnx file inside.' },
  { at: 257, bytes: 'ustar', what: 'looks like a tar archive', hint: 'Unpack it and open the .onnx file inside.' },
];

/** The head of a file as text, one character a byte. */
function headOf(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.byteLength)).toString('latin1');
}

function describeZip(head: string): ForeignFile {
  // torch.save writes an uncompressed pickle as the archive's first entry.
  if (/\/(data\.pkl|\.format_version|byteorder|version)/.test(head)) {
    return {
      what: 'looks like a PyTorch checkpoint (.pt)',
      hint: 'Export it to ONNX first (for Ultralytics models: yolo export model=best.pt format=onnx), then open the .onnx file.',
    };
  }
  return { what: 'looks like a zip archive', hint: 'If the model lies inside, unpack it and open the .onnx file.' };
}

function describeText(bytes: Uint8Array): ForeignFile | undefined {
  const head = headOf(bytes, 4096);
  const text = head.replace(/^\xef\xbb\xbf/, '');
  const isText = /^[\t\n\f\r\x20-\x7e\x80-\xff]*$/.test(text);
  if (!isText) return undefined;
  const start = text.trimStart();
  if (start === '' && bytes.byteLength <= head.length) {
    return { what: `holds nothing but ${bytes.byteLength} bytes of blank text`, hint: downloadHint };
  }
  if (start.startsWith('version https://git-lfs.github.com/spec/')) {
    const size = /^size (\d+)$/m.exec(start)?.[1];
    const expected = size === undefined ? '' : ` (the model itself has ${Number(size).toLocaleString('en')} bytes)`;
    return {
      what: `is a Git LFS pointer, not the model${expected}`,
      hint: 'Run `git lfs pull` in the repository it came from, or download the file itself.',
    };
  }
  if (/^(<!doctype html|<html|<head|<body)/i.test(start)) {
    const title = /<title>\s*([^<]{1,100}?)\s*<\/title>/i.exec(start)?.[1];
    const saying = title === undefined ? '' : ` ("${title}")`;
    return {
      what: `looks like an HTML page${saying}, perhaps an error page saved by the browser`,
      hint: 'Download the model again, from the link to the raw file.',
    };
  }
  if (/^(<\?xml|<net)/i.test(start)) {
    return { what: 'looks like an XML file, perhaps an OpenVINO model', hint: exportHint };
  }
  if (start.startsWith('{') || start.startsWith('[')) return { what: 'looks like a JSON file', hint: wrongFileHint };
  return { what: 'looks like a text file', hint: downloadHint };
}

/**
 * What a file that could not be read as ONNX seems to be, from its content alone; undefined when nothing is recognised.
 * Only to be asked once decoding has failed: the first bytes of a real ONNX file may resemble anything.
 */
export function describeForeignFile(bytes: Uint8Array): ForeignFile | undefined {
  if (bytes.byteLength === 0) {
    return { what: 'is empty (0 bytes)', hint: 'Download or export the model again.' };
  }
  const head = headOf(bytes, 512);
  if (head.startsWith('PK\x03\x04')) return describeZip(head);
  const signature = signatures.find(({ at, bytes: wanted }) => head.startsWith(wanted, at));
  if (signature !== undefined) return { what: signature.what, hint: signature.hint };
  // A safetensors file: the length of its JSON header as 64 bits, then the header.
  if (head.slice(5, 10) === '\0\0\0{"') return { what: 'looks like a safetensors file', hint: exportHint };
  if (/^\x80[^\t\n\f\r -\xff]/.test(head)) {
    return { what: 'looks like a Python pickle, perhaps an old PyTorch checkpoint', hint: exportHint };
  }
  return describeText(bytes);
}
