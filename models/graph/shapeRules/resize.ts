import { attributeFloat, attributeFloats, attributeInts, attributeString } from '../nodes.ts';
import { type Known, positiveAxis, type ShapeRule, type ShapeRules, unknownDims, withDims } from './facts.ts';

/** floor(size * scale), computed in single precision as the runtime does. */
function scaled(size: Known, scale: Known): Known {
  return size === null || scale === null ? null : Math.floor(Math.fround(size * Math.fround(scale)));
}

const resize: ShapeRule = ({ node, input, opset }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null)];
  const scalesInput = opset >= 11 ? input(2) : input(1);
  const scales = scalesInput?.values;
  const sizes = opset >= 11 ? input(3)?.values : undefined;
  const axes = (attributeInts(node, 'axes') ?? dims.map((_, axis) => axis)).map((axis) =>
    positiveAxis(axis, dims.length),
  );
  const policy = attributeString(node, 'keep_aspect_ratio_policy', 'stretch');
  const isCropped = attributeString(node, 'coordinate_transformation_mode', '') === 'tf_crop_and_resize';
  const result = [...dims];
  for (const [index, axis] of axes.entries()) {
    if (sizes !== undefined) result[axis] = policy === 'stretch' ? (sizes[index] ?? null) : null;
    else if (scales !== undefined && scales.length > 0 && !isCropped) {
      result[axis] = scaled(dims[axis] ?? null, scales[index] ?? null);
    } else result[axis] = null;
  }
  return [withDims(data, result)];
};

const upsample: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null)];
  const height = attributeFloat(node, 'height_scale');
  const width = attributeFloat(node, 'width_scale');
  const sides = height === undefined || width === undefined ? undefined : [1, 1, height, width];
  const scales = input(1)?.values ?? attributeFloats(node, 'scales') ?? sides;
  if (scales === undefined) return [withDims(data, unknownDims(dims.length))];
  return [
    withDims(
      data,
      dims.map((dim, axis) => scaled(dim, scales[axis] ?? null)),
    ),
  ];
};

/** [N, C, ...] sampled at a grid [N, spatial..., 2 or 3]. */
const gridSample: ShapeRule = ({ input }) => {
  const dims = input(0)?.dims ?? null;
  const grid = input(1)?.dims ?? null;
  if (dims === null || grid === null) return [withDims(input(0), null)];
  return [withDims(input(0), [...dims.slice(0, 2), ...grid.slice(1, -1)])];
};

/** Resampling. */
export const resizeRules: ShapeRules = { Resize: resize, Upsample: upsample, GridSample: gridSample };
