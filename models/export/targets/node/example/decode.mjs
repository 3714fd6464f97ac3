// Turns the outputs of the network into candidates: boxes in pixels of the network's input, before suppression.
// How each family of detectors writes its boxes stands in `boxRules`; where its values lie, in `placesOf`.

/** @typedef {{ data: ArrayLike<number>, dims: readonly number[] }} Output of one picture, without the dimension of the batch */
/** @typedef {{ classId: number, score: number, box: number[] }} Candidate box: x1, y1, x2, y2 */

/**
 * Every prediction whose best class scores above `confidence`.
 * @param {readonly Output[]} outputs in the order of `spec.outputs`
 * @param {any} spec of the manifest
 * @param {number} confidence
 * @returns {Candidate[]}
 */
export function decode(outputs, spec, confidence) {
  return rowFamilies.includes(spec.family)
    ? decodeRows(outputs, spec, confidence)
    : decodeGrid(outputs, spec, confidence);
}

const rowFamilies = ['end-to-end', 'nms', 'rt-detr'];

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// --- Grids: every cell predicts a box, or one for each of its anchors ------------------------------------------------

/** @param {readonly Output[]} outputs @param {any} spec @param {number} confidence */
function decodeGrid(outputs, spec, confidence) {
  const candidates = [];
  const [height, width] = spec.input.size;
  /** @type {{ stride: number, rows: number, columns: number }[]} */
  const sizes = spec.strides.map((/** @type {number} */ stride, /** @type {number} */ level) => {
    const [rows, columns] = spec.grids?.[level] ?? [Math.ceil(height / stride), Math.ceil(width / stride)];
    return { stride, rows, columns };
  });
  const anchors = spec.anchorsPerCell;
  const total = sizes.reduce((sum, { rows, columns }) => sum + anchors * rows * columns, 0);
  let before = 0;
  for (const [level, { stride, rows, columns }] of sizes.entries()) {
    const cells = rows * columns;
    const places = placesOf(spec, level);
    /** Value number `channel` of one prediction. @param {any} place @param {number} anchor @param {number} cell @param {number} channel */
    const read = ({ output, channels, start, own, joined }, anchor, cell, channel) => {
      const { order } = spec.outputs[output];
      const at = start + own * anchor + channel;
      const [a, count] = own > 0 ? [0, 1] : [anchor, anchors]; // values with a place for each anchor lie in one run per cell
      const [first, all] = joined ? [(before * count) / anchors, (total * count) / anchors] : [0, 0];
      const index =
        order === 'channel-major'
          ? joined
            ? at * all + first + a * cells + cell
            : (a * channels + at) * cells + cell
          : order === 'box-major'
            ? (first + a * cells + cell) * channels + at
            : (first + cell * count + a) * channels + at;
      return Number(outputs[output]?.data[index]);
    };
    for (let anchor = 0; anchor < anchors; anchor += 1) {
      for (let cell = 0; cell < cells; cell += 1) {
        /** @param {number} channel */
        const classAt = (channel) => read(places.classes, places.classes.shared ? 0 : anchor, cell, channel);
        const { classId, score: share } = bestClass(classAt, spec.classes, spec.classes, spec.activation.class);
        const raw = places.objectness === null ? 1 : read(places.objectness, anchor, cell, 0);
        const objectness = spec.activation.objectness === 'sigmoid' ? sigmoid(raw) : raw;
        const score = spec.family === 'fastestdet' ? objectness ** 0.6 * share ** 0.4 : objectness * share;
        if (!(score > confidence)) continue;
        const [anchorWidth = 0, anchorHeight = 0] = spec.anchors?.[level]?.[anchor] ?? [];
        const place = {
          level,
          stride,
          row: Math.floor(cell / columns),
          column: cell % columns,
          anchorWidth,
          anchorHeight,
        };
        const box = boxRules(spec)((channel) => read(places.box, anchor, cell, channel), place);
        candidates.push({ classId, score, box });
      }
    }
    before += anchors * cells;
  }
  return candidates;
}

/**
 * Where box, objectness and classes of a prediction lie: the output, the values a prediction has there, and which is the first.
 * `own` is the distance between anchors that have their places within one run of values; 0 where each anchor has a run.
 * @param {any} spec @param {number} level
 */
function placesOf(spec, level) {
  const { family, outputs, classes, strides } = spec;
  const bins = 4 * (spec.distanceBins ?? 1);
  const more = spec.extraValues?.count ?? 0;
  const find = (/** @type {string} */ holds) =>
    outputs.flatMap((/** @type {any} */ output, /** @type {number} */ index) =>
      output.holds === holds ? [index] : [],
    );
  const [boxes, scores] = [[...find('boxes'), ...find('distances')], find('scores')];
  if (boxes.length > 0) {
    const joined = boxes.length < strides.length;
    const at = joined ? 0 : level;
    const width = find('distances').length > 0 ? bins : 4;
    return {
      box: { output: boxes[at], channels: width, start: 0, own: 0, joined, shared: false },
      objectness: null,
      classes: { output: scores[at], channels: classes, start: 0, own: 0, joined, shared: false },
    };
  }
  const joined = outputs.length < strides.length;
  const output = joined ? 0 : level;
  const place = (/** @type {number} */ channels, /** @type {number} */ start, own = 0) => ({
    output,
    channels,
    start,
    own,
    joined,
    shared: false,
  });
  switch (family) {
    case 'v8':
      return { box: place(4 + classes + more, 0), objectness: null, classes: place(4 + classes + more, 4) };
    case 'dfl':
      return { box: place(bins + classes, 0), objectness: null, classes: place(bins + classes, bins) };
    case 'nanodet':
      return { box: place(classes + bins, classes), objectness: null, classes: place(classes + bins, 0) };
    case 'fastestdet':
      return { box: place(5 + classes, 1), objectness: place(5 + classes, 0), classes: place(5 + classes, 5) };
    case 'yolo-fastestv2': {
      // 4 values and an objectness for each of 3 anchors; the classes are those of the cell.
      const all = 15 + classes;
      return { box: place(all, 0, 4), objectness: place(all, 12, 1), classes: { ...place(all, 15, 1), shared: true } };
    }
    default:
      return {
        box: place(5 + classes + more, 0),
        objectness: place(5 + classes + more, 4),
        classes: place(5 + classes + more, 5),
      };
  }
}

/** @typedef {{ level: number, stride: number, row: number, column: number, anchorWidth: number, anchorHeight: number }} Place */

/**
 * How the values of a box become x1, y1, x2, y2.
 * @param {any} spec
 * @returns {(read: (channel: number) => number, place: Place) => number[]}
 */
function boxRules(spec) {
  const { family, activation, input } = spec;
  const [height, width] = input.size;
  const activate = activation.box === 'sigmoid' ? sigmoid : Number;
  if (spec.decodedInGraph) {
    const { box = 'centre-size', units = 'pixels' } = spec.rows ?? {};
    const values = 4 + spec.classes;
    const isRotated = spec.extraValues?.holds === 'angle';
    const [across, down] = units === 'relative' ? [width, height] : [1, 1];
    return (read) => {
      const corners =
        box === 'centre-size'
          ? upright(read(0), read(1), read(2), read(3), isRotated ? read(values) : 0)
          : [0, 1, 2, 3].map(read);
      return corners.map((value, side) => value * (side % 2 === 0 ? across : down));
    };
  }
  switch (family) {
    case 'v5':
    case 'yolo-fastestv2':
      return (read, { stride, row, column, anchorWidth, anchorHeight }) =>
        upright(
          (2 * activate(read(0)) - 0.5 + column) * stride,
          (2 * activate(read(1)) - 0.5 + row) * stride,
          (2 * activate(read(2))) ** 2 * anchorWidth,
          (2 * activate(read(3))) ** 2 * anchorHeight,
        );
    case 'v2':
    case 'v3':
      return (read, { level, stride, row, column, anchorWidth, anchorHeight }) => {
        const scale = spec.centreScale?.[level] ?? 1;
        return upright(
          (scale * activate(read(0)) + (1 - scale) / 2 + column) * stride,
          (scale * activate(read(1)) + (1 - scale) / 2 + row) * stride,
          Math.exp(read(2)) * anchorWidth,
          Math.exp(read(3)) * anchorHeight,
        );
      };
    case 'yolox':
      return (read, { stride, row, column }) =>
        upright(
          (read(0) + column) * stride,
          (read(1) + row) * stride,
          Math.exp(read(2)) * stride,
          Math.exp(read(3)) * stride,
        );
    case 'fastestdet': {
      const [offset, share] = activation.box === 'sigmoid' ? [Math.tanh, sigmoid] : [Number, Number];
      return (read, { stride, row, column }) =>
        upright(
          (column + offset(read(0))) * stride,
          (row + offset(read(1))) * stride,
          share(read(2)) * width,
          share(read(3)) * height,
        );
    }
    default: {
      // dfl and nanodet: distances from the centre of the cell to the four sides, in strides.
      const bins = spec.distanceBins ?? 1;
      const { share, shift } = spec.cellCentre ?? { share: 0.5, shift: 0 };
      return (read, { stride, row, column }) => {
        const [left = 0, top = 0, right = 0, bottom = 0] = [0, 1, 2, 3].map(
          (side) => stride * distance(read, side * bins, bins),
        );
        const [x, y] = [(column + share) * stride + shift, (row + share) * stride + shift];
        return [x - left, y - top, x + right, y + bottom];
      };
    }
  }
}

/** One value, or the mean of 0 .. bins-1 under the softmax of `bins` values. @param {(channel: number) => number} read @param {number} from @param {number} bins */
function distance(read, from, bins) {
  if (bins === 1) return read(from);
  const values = Array.from({ length: bins }, (_, bin) => read(from + bin));
  const largest = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.reduce((mean, weight, bin) => mean + (weight / sum) * bin, 0);
}

/** The upright box around one of a centre and size that is turned by `angle`. @param {number} x @param {number} y @param {number} width @param {number} height */
function upright(x, y, width, height, angle = 0) {
  const [cosine, sine] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [halfWidth, halfHeight] = [(width * cosine + height * sine) / 2, (width * sine + height * cosine) / 2];
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

/**
 * The best class of a prediction; its probability once `activation` is applied. A softmax runs over `all` values, of which the
 * last may be that of the background.
 * @param {(channel: number) => number} read @param {number} classes @param {number} all @param {'none' | 'sigmoid' | 'softmax'} activation
 */
function bestClass(read, classes, all, activation) {
  let classId = 0;
  for (let id = 1; id < classes; id += 1) if (read(id) > read(classId)) classId = id;
  const best = read(classId);
  if (activation === 'none') return { classId, score: best };
  if (activation === 'sigmoid') return { classId, score: sigmoid(best) };
  let sum = 0;
  for (let id = 0; id < all; id += 1) sum += Math.exp(read(id) - best);
  return { classId, score: 1 / sum };
}

// --- Rows: boxes that the network has finished, one after the other ---------------------------------------------------

/** @param {readonly Output[]} outputs @param {any} spec @param {number} confidence */
function decodeRows(outputs, spec, confidence) {
  const rows = spec.rows ?? { columns: ['box', 'score', 'class'], box: 'x1y1x2y2', units: 'pixels' };
  const find = (/** @type {string} */ holds) =>
    outputs[spec.outputs.findIndex((/** @type {any} */ output) => output.holds === holds)];
  const [joined, boxes, scores, labels, indices] = ['predictions', 'boxes', 'scores', 'classes', 'indices'].map(find);
  const filled = find('count')?.data[0];
  const candidates = [];
  const perBox = labels === undefined ? (scores?.dims.at(-1) ?? 0) : 1;
  const width = joined?.dims.at(-1) ?? 0;
  const starts = startsOf(rows.columns, spec.classes, width);
  const room = joined ? joined.data.length / width : indices ? indices.data.length / 3 : (boxes?.data.length ?? 0) / 4;
  const count = Math.floor(filled === undefined ? room : Math.min(Math.max(Math.round(Number(filled)), 0), room));
  for (let row = 0; row < count; row += 1) {
    const chosen = indices ? Number(indices.data[3 * row + 2]) : row;
    const cell = (/** @type {number} */ at) => Number(joined?.data[row * width + at]);
    const value = (/** @type {string} */ name) => (starts[name] === undefined ? undefined : cell(starts[name]));
    const batch = indices ? Number(indices.data[3 * row]) : (value('batch') ?? 0);
    const label = indices ? Number(indices.data[3 * row + 1]) : labels ? Number(labels.data[row]) : value('class');
    if (batch !== 0 || (label !== undefined && Math.round(label) < 0)) continue;
    let best;
    if (label !== undefined) {
      const total = (boxes?.data.length ?? 0) / 4;
      const raw = indices
        ? Number(scores?.data[Math.round(label) * total + chosen])
        : Number(scores === undefined ? value('score') : scores.data[row]);
      best = { classId: Math.round(label), score: spec.activation.class === 'sigmoid' ? sigmoid(raw) : raw };
    } else {
      const read = (/** @type {number} */ id) =>
        starts.classes === undefined ? Number(scores?.data[row * perBox + id]) : cell(starts.classes + id);
      best = bestClass(read, spec.classes, starts.classes === undefined ? perBox : spec.classes, spec.activation.class);
    }
    if (!(best.score > confidence)) continue;
    const side = (/** @type {number} */ at) =>
      joined && starts.box !== undefined ? cell(starts.box + at) : Number(boxes?.data[4 * chosen + at]);
    candidates.push({ ...best, box: arrange([0, 1, 2, 3].map(side), rows, value('angle') ?? 0, spec.input.size) });
  }
  return candidates;
}

/** Where each column of a row begins. @param {readonly string[]} columns @param {number} classes @param {number} width */
function startsOf(columns, classes, width) {
  /** @type {Record<string, number>} */
  const starts = {};
  let at = 0;
  for (const column of columns) {
    starts[column] = column === 'angle' ? Math.max(at, width - 1) : at; // whatever else a row holds comes before the angle
    at += column === 'box' ? 4 : column === 'classes' ? classes : 1;
  }
  return starts;
}

/** @param {number[]} values @param {any} rows @param {number} angle @param {readonly [number, number]} size height, width */
function arrange([a = 0, b = 0, c = 0, d = 0], { box: order, units }, angle, [height, width]) {
  const box = order === 'centre-size' ? upright(a, b, c, d, angle) : order === 'y1x1y2x2' ? [b, a, d, c] : [a, b, c, d];
  return units === 'relative' ? box.map((edge, side) => edge * (side % 2 === 0 ? width : height)) : box;
}
