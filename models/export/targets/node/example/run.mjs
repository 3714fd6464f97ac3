// Runs the detector of this bundle on pictures:
//
//   npm install
//   node run.mjs photo.jpg [more.jpg ...]
//
// It prints one JSON array: the boxes of every picture. Everything that is special about the model stands in
// manifest.json; the code here and in decode.mjs is general and meant to be read and taken over.

import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decode } from './decode.mjs';

// The runtime reports its use to its makers unless it is told not to before the first session.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

/** @typedef {{ classId: number, className: string, score: number, box: number[] }} Detection box: x1, y1, x2, y2 in pixels of the upright picture */
/** @typedef {{ width: number, height: number, rgb: Uint8Array }} Picture upright, 8-bit RGB, row by row */

/** Opens the model of a bundle. @param {string} folder the unpacked bundle */
export async function openDetector(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const session = await InferenceSession.create(join(folder, manifest.model.file));
  return { manifest, session };
}

/**
 * Finds the objects in one picture: preprocess, run, decode, select.
 * @param {Awaited<ReturnType<typeof openDetector>>} detector
 * @param {string} path
 * @returns {Promise<Detection[]>} best first
 */
export async function detect({ manifest, session }, path) {
  const { spec, postprocess } = manifest;
  const picture = await decodePicture(await readFile(path));
  const { data, placement } = prepareInput(picture, spec.input);
  const results = await session.run({ ...extraInputs(spec.input), [spec.input.name]: makeTensor(data, spec.input) });
  const outputs = spec.outputs.map((/** @type {any} */ { name }) =>
    firstPicture(name, results[name], spec.input.batch),
  );
  const candidates = decode(outputs, spec, postprocess.confidence);
  for (const candidate of candidates) candidate.box = toPicture(candidate.box, placement);
  return selectBoxes(candidates, picture, postprocess, !spec.nmsInGraph).map(({ classId, score, box }) => ({
    classId,
    className: spec.classNames[classId] ?? `class ${classId}`,
    score,
    box: clip(box, picture),
  }));
}

// --- The picture -------------------------------------------------------------------------------------------------

/** Decodes a picture, upright as its EXIF orientation says; transparency is laid over grey 114.
 * @param {Uint8Array} bytes @returns {Promise<Picture>} */
async function decodePicture(bytes) {
  const image = await loadImage(withoutProfile(bytes));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = 'rgb(114, 114, 114)';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  const rgba = context.getImageData(0, 0, width, height).data;
  const rgb = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgb.set(rgba.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  }
  return { width, height, rgb };
}

/** A JPEG without its colour profile: networks are trained on pixels as they are stored.
 * @param {Uint8Array} bytes */
function withoutProfile(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return bytes; // not a JPEG
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (bytes[at] === 0xff && bytes[at + 1] !== 0xda && at + 4 <= bytes.length) {
    const end = at + 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
    if (bytes[at + 1] !== 0xe2) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

/** Where the picture goes in the network's input. @param {Picture} picture @param {any} input */
function placePicture({ width, height }, { size, resize }) {
  const [inputHeight, inputWidth] = size;
  if (resize === 'stretch') {
    const [scaleX, scaleY] = [inputWidth / width, inputHeight / height];
    return { scaleX, scaleY, left: 0, top: 0, placedWidth: inputWidth, placedHeight: inputHeight };
  }
  const scale = Math.min(inputHeight / height, inputWidth / width);
  const placedWidth = Math.max(1, roundHalfEven(width * scale));
  const placedHeight = Math.max(1, roundHalfEven(height * scale));
  const centred = resize === 'letterbox-center';
  const left = centred ? Math.max(0, roundHalfEven((inputWidth - placedWidth) / 2 - 0.1)) : 0;
  const top = centred ? Math.max(0, roundHalfEven((inputHeight - placedHeight) / 2 - 0.1)) : 0;
  return { scaleX: scale, scaleY: scale, left, top, placedWidth, placedHeight };
}

/**
 * The network's input: the picture resized without antialias, bars around it, and (value * scale - mean) / std per channel.
 * @param {Picture} picture @param {any} input
 */
function prepareInput(picture, input) {
  const [inputHeight, inputWidth] = input.size;
  const placement = placePicture(picture, input);
  const { left, top, placedWidth, placedHeight } = placement;
  const columns = sampleAxis(picture.width, placedWidth, true);
  const rows = sampleAxis(picture.height, placedHeight, false);
  const plane = inputHeight * inputWidth;
  const data = new Float32Array(3 * plane);
  const order = input.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  for (const [channel, source] of order.entries()) {
    for (let y = 0; y < inputHeight; y += 1) {
      for (let x = 0; x < inputWidth; x += 1) {
        const [row, column] = [rows[y - top], columns[x - left]]; // undefined in the bars
        const value = row && column ? interpolate(picture, source, column, row) : input.padValue;
        const pixel = y * inputWidth + x;
        data[input.layout === 'NCHW' ? channel * plane + pixel : 3 * pixel + channel] =
          (value * input.scale - input.mean[channel]) / input.std[channel];
      }
    }
  }
  return { data, placement };
}

/** @typedef {{ first: number, second: number, a: number, b: number }} Sample two neighbours and their weights, 0..2048 */

/**
 * Bilinear resizing of one axis from `size` to `placed` pixels, half-pixel centres, in the fixed-point arithmetic of
 * OpenCV's INTER_LINEAR, with which YOLO models are trained.
 * @param {number} size @param {number} placed @param {boolean} clamped for columns, whose weights end at the border
 * @returns {Sample[]}
 */
function sampleAxis(size, placed, clamped) {
  const ratio = 1 / (placed / size);
  /** @param {number} value */
  const clamp = (value) => Math.min(Math.max(value, 0), size - 1);
  return Array.from({ length: placed }, (_, index) => {
    const exact = Math.fround((index + 0.5) * ratio - 0.5);
    const position = clamped ? clamp(exact) : exact;
    const before = Math.floor(position);
    const fraction = Math.fround(position - before);
    const [a, b] = [roundHalfEven(Math.fround(1 - fraction) * 2048), roundHalfEven(fraction * 2048)];
    return { first: clamp(before), second: clamp(before + 1), a, b };
  });
}

/** @param {Picture} picture @param {number} channel @param {Sample} column @param {Sample} row */
function interpolate({ width, rgb }, channel, column, row) {
  /** @param {number} y */
  const across = (y) => {
    const left = rgb[3 * (y * width + column.first) + channel] ?? 0;
    const right = rgb[3 * (y * width + column.second) + channel] ?? 0;
    return (left * column.a + right * column.b) >> 4;
  };
  return (((across(row.first) * row.a) >> 16) + ((across(row.second) * row.b) >> 16) + 2) >> 2;
}

// --- The network -------------------------------------------------------------------------------------------------

/** Where the model takes several pictures at once, every place gets this one. @param {Float32Array} picture @param {any} input */
function makeTensor(picture, { layout, size, type, batch }) {
  const dims = layout === 'NCHW' ? [batch, 3, ...size] : [batch, ...size, 3];
  const data = new Float32Array(batch * picture.length);
  for (let place = 0; place < batch; place += 1) data.set(picture, place * picture.length);
  if (type === 'float16') return new Tensor('float16', Uint16Array.from(data, toHalf), dims);
  if (type === 'uint8') return new Tensor('uint8', Uint8Array.from(data, Math.round), dims);
  return new Tensor('float32', data, dims);
}

/** What the model takes beside the picture: the size of its input, or a number. @param {any} input */
function extraInputs({ size, extra = [] }) {
  const [height, width] = size;
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const { name, type, dims, holds } of extra) {
    const count = dims.reduce((/** @type {number} */ product, /** @type {number} */ dim) => product * dim, 1);
    const pair = holds === 'width-height' ? [width, height] : [height, width];
    const values = Array.from({ length: count }, (_, at) => (typeof holds === 'number' ? holds : (pair[at % 2] ?? 0)));
    if (type === 'int64') tensors[name] = new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    else if (type === 'int32') tensors[name] = new Tensor('int32', Int32Array.from(values), dims);
    else if (type === 'bool') tensors[name] = new Tensor('bool', Uint8Array.from(values), dims);
    else if (type === 'float16') tensors[name] = new Tensor('float16', Uint16Array.from(values, toHalf), dims);
    else tensors[name] = new Tensor('float32', Float32Array.from(values), dims);
  }
  return tensors;
}

/** An output for the first picture, without the dimension of the batch. @param {string} name @param {Tensor | undefined} tensor @param {number} batch */
function firstPicture(name, tensor, batch) {
  if (tensor === undefined) throw new Error(`the model has no output "${name}"`);
  const values = floatsOf(tensor);
  const hasBatch = tensor.dims.length > 2 && tensor.dims[0] === batch;
  return {
    data: hasBatch ? values.subarray(0, values.length / batch) : values,
    dims: hasBatch ? tensor.dims.slice(1) : tensor.dims,
  };
}

/** The output as ordinary numbers; half precision arrives as bit patterns unless JavaScript knows Float16Array.
 * @param {Tensor} tensor @returns {Float32Array} */
function floatsOf({ type, data }) {
  if (data instanceof Float32Array) return data;
  if (type !== 'float16') return Float32Array.from(/** @type {any} */ (data), Number); // classes and counts are whole numbers
  return data instanceof Uint16Array ? Float32Array.from(data, fromHalf) : Float32Array.from(/** @type {any} */ (data));
}

/** The half-precision bits nearest to a value from 0 to 65504. @param {number} value */
function toHalf(value) {
  const magnitude = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 2 ** -14)));
  // A fraction that rounds up to the next power of two carries into the exponent by itself.
  const bits = roundHalfEven((magnitude / 2 ** exponent - (magnitude < 2 ** -14 ? 0 : 1)) * 1024);
  return (value < 0 ? 0x8000 : 0) | ((magnitude < 2 ** -14 ? 0 : (exponent + 15) << 10) + bits);
}

/** @param {number} half */
function fromHalf(half) {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -magnitude : magnitude;
}

// --- The boxes ---------------------------------------------------------------------------------------------------

/** @param {number[]} box @param {ReturnType<typeof placePicture>} placement */
function toPicture([x1 = 0, y1 = 0, x2 = 0, y2 = 0], { scaleX, scaleY, left, top }) {
  return [(x1 - left) / scaleX, (y1 - top) / scaleY, (x2 - left) / scaleX, (y2 - top) / scaleY];
}

/** @param {number[]} box @param {{ width: number, height: number }} picture */
function clip([x1 = 0, y1 = 0, x2 = 0, y2 = 0], { width, height }) {
  return [Math.max(0, x1), Math.max(0, y1), Math.min(width, x2), Math.min(height, y2)];
}

/**
 * Greedy non-maximum suppression per class: the best box stays, those of its class that overlap it by more than `iou` go,
 * and so on. Boxes outside the picture are left out. Equal scores keep the order of the output.
 * @param {{ classId: number, score: number, box: number[] }[]} candidates @param {Picture} picture
 * @param {{ iou: number, maxDetections: number }} postprocess @param {boolean} suppress false where the graph has selected
 */
function selectBoxes(candidates, picture, { iou, maxDetections }, suppress) {
  const best = candidates.filter(({ box }) => area(clip(box, picture)) > 0).sort((a, b) => b.score - a.score);
  /** @type {typeof candidates} */
  const kept = [];
  for (const candidate of best) {
    if (kept.length === maxDetections) break;
    const isCovered = kept.some(
      (other) => other.classId === candidate.classId && overlap(other.box, candidate.box) > iou,
    );
    if (!suppress || !isCovered) kept.push(candidate);
  }
  return kept;
}

/** @param {number[]} box */
function area([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

/** Intersection over union. @param {number[]} a @param {number[]} b */
function overlap(a, b) {
  const [ax1 = 0, ay1 = 0, ax2 = 0, ay2 = 0] = a;
  const [bx1 = 0, by1 = 0, bx2 = 0, by2 = 0] = b;
  const shared = area([Math.max(ax1, bx1), Math.max(ay1, by1), Math.min(ax2, bx2), Math.min(ay2, by2)]);
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared);
}

/** Halves go to the even neighbour. @param {number} value */
function roundHalfEven(value) {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

const script = process.argv[1];
if (script !== undefined && (await realpath(script)) === (await realpath(fileURLToPath(import.meta.url)))) {
  const detector = await openDetector(fileURLToPath(new URL('.', import.meta.url)));
  const results = [];
  for (const path of process.argv.slice(2)) results.push({ path, detections: await detect(detector, path) });
  console.log(JSON.stringify(results, null, 2));
}
