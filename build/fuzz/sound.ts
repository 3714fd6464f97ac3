import type { DetectReport, Inspection } from '../../models/types.ts';

function findBadNumber(value: unknown, place: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${place} is ${value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const bad = findBadNumber(part, `${place}.${key}`);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

const isCount = (value: number) => Number.isInteger(value) && value >= 0;
const isShare = (value: number) => value >= 0 && value <= 1;

/** What cannot be true of an inspection, or undefined where all of it may be. */
export function unsoundInspection(inspection: Inspection): string | undefined {
  const bad = findBadNumber(inspection, 'inspection');
  if (bad !== undefined) return bad;
  const { nodes, parameters, macs, sparsity, bytes, layers, detector, notRunnableBecause, inputs, outputs } =
    inspection;
  if (!isCount(nodes) || !isCount(parameters) || !isCount(bytes)) return `counts ${nodes}, ${parameters}, ${bytes}`;
  if (macs !== null && macs < 0) return `${macs} MACs`;
  if (!isShare(sparsity)) return `a sparsity of ${sparsity}`;
  const layer = layers.find((one) => !isCount(one.parameters) || one.macs < 0 || !isShare(one.sparsity));
  if (layer !== undefined) return `layer ${JSON.stringify(layer)}`;
  const sizes = [...layers.map((one) => one.outputShape), ...[...inputs, ...outputs].map((one) => one.shape)].flat();
  const size = sizes.find((dim) => typeof dim === 'number' && !isCount(dim));
  if (size !== undefined) return `a dimension of ${size}`;
  if (detector === null && notRunnableBecause === undefined) return 'no detector, and no reason';
  return undefined;
}

/** What cannot be true of detections in a picture, or undefined where all of it may be. */
export function unsoundDetections(report: DetectReport): string | undefined {
  for (const image of report.images) {
    if ('error' in image) continue;
    const bad = findBadNumber(image.detections, 'detections');
    if (bad !== undefined) return bad;
    const { width, height } = image;
    const outside = image.detections.find(
      ({ box: [x1, y1, x2, y2], score, classId }) =>
        !(0 <= x1 && x1 <= x2 && x2 <= width && 0 <= y1 && y1 <= y2 && y2 <= height) ||
        !(score > 0) ||
        !isCount(classId),
    );
    if (outside !== undefined) return `the detection ${JSON.stringify(outside)} in ${width} x ${height}`;
  }
  return undefined;
}
