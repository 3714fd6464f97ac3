import type { NodeProto } from 'onnx-buf';
import { attributeFloat, attributeInt, attributeInts } from '../../graph/nodes.ts';
import { integersOf } from '../../graph/tensors.ts';
import type { DetectorSpec } from '../../types.ts';
import { walkBack } from '../graphTail.ts';
import type { ModelFacts } from './head.ts';
import { constantNumber } from './valueOrigin.ts';

/** Non-maximum suppression inside a graph. */
interface Selection {
  readonly operator: string;
  readonly bakedIn: NonNullable<DetectorSpec['bakedIn']>;
  readonly evidence: string;
}

const suppressors = /^(NonMaxSuppression|\w*NMS\w*)$/i;

/** Operators of TensorRT that no other runtime has. */
const plugins = /^(EfficientNMS|EfficientIdxNMS|BatchedNMS|TRTBatched)/;

/** Where the graph itself suppresses overlapping boxes, with what it shows of its thresholds; null without. */
export function findSelection(model: ModelFacts): Selection | null {
  let found: NodeProto | undefined;
  for (const { name } of model.outputs) {
    walkBack(model.index, name, (node) => {
      if (suppressors.test(node.opType)) found ??= node;
      return found === undefined ? 'go on' : 'stop';
    });
  }
  if (found === undefined) return null;
  const bakedIn = thresholdsOf(model, found);
  const parts = [
    bakedIn.confidence === undefined ? null : `scores above ${show(bakedIn.confidence)}`,
    bakedIn.iou === undefined ? null : `IoU ${show(bakedIn.iou)}`,
    bakedIn.maxDetections === undefined ? null : `at most ${bakedIn.maxDetections} boxes`,
  ].filter((part) => part !== null);
  const plugin = plugins.test(found.opType) ? ' (a TensorRT plugin)' : '';
  const what = parts.length === 0 ? 'its thresholds are not constants of the file' : `baked in: ${parts.join(', ')}`;
  return {
    operator: found.opType,
    bakedIn,
    evidence: `The graph suppresses overlapping boxes itself with ${found.opType}${plugin}; ${what}.`,
  };
}

const show = (value: number) => Number(value.toPrecision(4));

function thresholdsOf(model: ModelFacts, node: NodeProto): NonNullable<DetectorSpec['bakedIn']> {
  if (node.opType === 'NonMaxSuppression') {
    const [, , most, iou, confidence] = node.input.map((name) => constantNumber(model, name));
    return pick({ confidence: confidence ?? filterThreshold(model), iou, maxDetections: most });
  }
  const float = (...names: string[]) => names.map((name) => attributeFloat(node, name)).find((v) => v !== undefined);
  const int = (...names: string[]) => names.map((name) => attributeInt(node, name)).find((v) => v !== undefined);
  return pick({
    confidence: float('score_threshold', 'scoreThreshold'),
    iou: float('iou_threshold', 'iouThreshold', 'nms_threshold'),
    maxDetections: int('max_output_boxes', 'keepTopK', 'keep_topk', 'keep_top_k', 'max_output_boxes_per_class'),
  });
}

/** Scores are often compared with the threshold before suppression: Greater with a constant between 0 and 1. */
function filterThreshold(model: ModelFacts): number | undefined {
  const found: number[] = [];
  for (const { name } of model.outputs) {
    walkBack(model.index, name, (node) => {
      if (node.opType === 'Greater' || node.opType === 'GreaterOrEqual') {
        const limit = constantNumber(model, node.input[1] ?? '');
        if (limit !== undefined && limit > 0 && limit < 1) found.push(limit);
      }
      return 'go on';
    });
  }
  return found.length === 0 ? undefined : Math.max(...found);
}

/** Leaves out what is unknown or no sensible threshold. */
function pick(values: {
  readonly confidence: number | undefined;
  readonly iou: number | undefined;
  readonly maxDetections: number | undefined;
}): NonNullable<DetectorSpec['bakedIn']> {
  const share = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 1;
  const { confidence, iou, maxDetections } = values;
  const isLimit = maxDetections !== undefined && maxDetections >= 1 && maxDetections <= 1_000_000;
  return {
    ...(share(confidence) ? { confidence: show(confidence) } : {}),
    ...(share(iou) ? { iou: show(iou) } : {}),
    ...(isLimit ? { maxDetections } : {}),
  };
}

/** How many classes there are where no shape of an output says so: what the graph shows, else the names, else COCO's 80. */
export function countClasses(model: ModelFacts): {
  readonly count: number;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
} {
  const inGraph = selectedClasses(model);
  if (inGraph !== null) {
    return { count: inGraph, evidence: [`The graph selects among ${inGraph} classes.`], warnings: [] };
  }
  if (model.classNames !== null) return { count: model.classNames.length, evidence: [], warnings: [] };
  return {
    count: 80,
    evidence: [],
    warnings: ['Neither the graph nor the metadata tell how many classes there are; 80 are assumed.'],
  };
}

/**
 * The number of classes that a selection in the graph chooses among: the axis that a maximum over classes runs along, the
 * scores that suppression takes, or the divisor that turns a place among all scores into a class. The one that agrees with
 * the names where several do; null where the graph does not tell.
 */
function selectedClasses(model: ModelFacts): number | null {
  const found: number[] = [];
  for (const { name } of model.outputs) {
    walkBack(model.index, name, (node) => {
      const count = classesOf(model, node);
      if (count !== null && count >= 1 && count <= 65_535) found.push(count);
      return 'go on';
    });
  }
  const named = model.classNames?.length;
  return found.find((count) => count === named) ?? found[0] ?? null;
}

function classesOf(model: ModelFacts, node: NodeProto): number | null {
  const { shapes, constants } = model;
  const dimsOf = (input: number) => shapes.get(node.input[input] ?? '')?.dims ?? [];
  switch (node.opType) {
    case 'ReduceMax':
    case 'ArgMax': {
      const constant = constants.get(node.input[1] ?? '');
      const axes = attributeInts(node, 'axes') ?? (constant === undefined ? [] : integersOf(constant));
      const [axis = node.opType === 'ArgMax' ? attributeInt(node, 'axis', 0) : undefined, second] = axes;
      const dims = dimsOf(0);
      // The largest coordinate of the boxes is a maximum as well, but over everything or over four values.
      if (axis === undefined || second !== undefined || dims.length < 2 || dims.length > 3) return null;
      const count = dims.at(axis) ?? null;
      return count === 4 && model.classNames?.length !== 4 ? null : count;
    }
    case 'NonMaxSuppression': {
      const count = dimsOf(1).at(1) ?? null;
      return count === 1 && model.classNames?.length !== 1 ? null : count;
    }
    case 'Mod':
    case 'Div': {
      const isWhole = /^u?int/.test(shapes.get(node.output[0] ?? '')?.type ?? '');
      const divisor = isWhole ? constantNumber(model, node.input[1] ?? '') : undefined;
      return divisor !== undefined && divisor > 1 ? divisor : null;
    }
    default:
      return plugins.test(node.opType) ? (dimsOf(1).at(-1) ?? null) : null;
  }
}
