import type { GraphProto, ValueInfoProto } from 'onnx-buf';
import { elementTypeName } from '../graph/elementTypes.ts';
import type { ExtraInput } from '../types.ts';

const types: Readonly<Record<string, ExtraInput['type']>> = {
  float: 'float32',
  float16: 'float16',
  int32: 'int32',
  int64: 'int64',
  bool: 'bool',
};

/**
 * Inputs whose names say what they mean, as exporters write them. Sizes are given as that of the network's input and ratios as
 * 1, so that boxes come back in its pixels.
 */
const meanings: readonly (readonly [RegExp, ExtraInput['holds'], string])[] = [
  [/^scale_factor$/i, 1, 'the scale of the picture, 1'],
  [/^(im_shape|image_shape|img_shape|ori_shape|target_sizes)$/i, 'height-width', 'height and width'],
  [/^orig_target_sizes?$/i, 'width-height', 'width and height'],
  [/^pixel_mask$/i, 1, 'a mask of the whole picture'],
  [/^(nms_|iou_|nms_iou_)(thresh|threshold|thres)$|^iou$/i, 0.7, 'the overlap that suppression allows, 0.7'],
  [/^(conf|confidence|score)_?(thresh|threshold|thres)$/i, 0.001, 'the lowest score, 0.001'],
  [/^max_output_boxes(_per_class)?$|^max_det(ections)?$/i, 300, 'the most boxes, 300'],
];

/** Finds what to feed beside the picture, or says in a sentence part which input is not understood. */
export function findExtraInputs(
  graph: GraphProto,
  picture: ValueInfoProto,
  size: readonly [number, number],
  batch: number,
): { readonly extra: readonly ExtraInput[]; readonly evidence: readonly string[] } | { readonly reason: string } {
  const weights = new Set(graph.initializer.map((tensor) => tensor.name));
  const extra: ExtraInput[] = [];
  const evidence: string[] = [];
  for (const input of graph.input) {
    if (input === picture || weights.has(input.name)) continue;
    const meaning = meanings.find(([pattern]) => pattern.test(input.name));
    const tensor = input.type?.value.case === 'tensorType' ? input.type.value.value : undefined;
    const type = types[elementTypeName(tensor?.elemType ?? 0)];
    if (meaning === undefined || type === undefined) {
      return { reason: `it takes an input "${input.name}" beside the picture, and what to feed it is not known` };
    }
    const [, holds, says] = meaning;
    const declared = (tensor?.shape?.dim ?? []).map(({ value }) =>
      value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null,
    );
    // Open dimensions are the batch, then those of the picture.
    const [height, width] = size;
    const open = declared.length === 3 ? [batch, height, width] : [batch, 2];
    const dims = declared.map((dim, axis) => dim ?? open[axis] ?? 1);
    extra.push({ name: input.name, type, dims, holds });
    evidence.push(`The input "${input.name}" is fed ${says}.`);
  }
  return { extra, evidence };
}
