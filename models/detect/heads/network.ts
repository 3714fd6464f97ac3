import type { NodeProto } from 'onnx-buf';
import { attributeInts } from '../../graph/nodes.ts';
import type { ModelFacts } from './head.ts';

/** What tells one published network from another where their outputs look alike. */
export interface NetworkTraits {
  /** Leaky ReLU or Mish, which YOLOv2, v3 and v4 are built with and hardly any later one. */
  readonly isDarknet: boolean;
  readonly hasMish: boolean;
  /** x sigmoid(x), which YOLOv5 and later ones are built with, and their light versions with its hard form. */
  readonly hasSilu: boolean;
  /** YOLOv7 halves its maps with 2 x 2 pools between layers with strides; YOLOv5, v3 and v4 do not. */
  readonly isLikeYoloV7: boolean;
  /** YOLOv4-tiny goes on with half of the channels of a layer; YOLOv3-tiny does not. */
  readonly halvesChannels: boolean;
  readonly layers: number;
}

/** Pools that YOLOv7 and its tiny model have between their stages at the least. */
const poolsOfYoloV7 = 3;

export function readNetwork({ index, hasOperator, shapes }: ModelFacts): NetworkTraits {
  const nodes = new Set(index.producers.values());
  const stridedPools = [...nodes].filter(isHalvingPool).length;
  const convolutions = [...nodes].filter(({ opType }) => /Conv/.test(opType) && opType !== 'ConvTranspose');
  const downsampling = convolutions.filter((node) => (attributeInts(node, 'strides')?.[0] ?? 1) === 2).length;
  const hasMish = hasOperator('Mish', 'Softplus');
  const halves = (node: NodeProto) => {
    const from = shapes.get(node.input[0] ?? '')?.dims;
    const to = shapes.get(node.output[0] ?? '')?.dims;
    const isMap = from?.length === 4 && to?.length === 4 && from[2] === to[2] && from[3] === to[3];
    return isMap && from[1] === 2 * (to[1] ?? 0);
  };
  return {
    isDarknet: hasMish || hasOperator('LeakyRelu'),
    hasMish,
    hasSilu: hasOperator('HardSwish', 'Swish') || [...nodes].some((node) => isSilu(index, node)),
    isLikeYoloV7: !hasMish && stridedPools >= poolsOfYoloV7 && downsampling >= 2,
    halvesChannels: [...nodes].some((node) => /^(Split|Slice)$/.test(node.opType) && halves(node)),
    layers: convolutions.length,
  };
}

function isSilu(index: ModelFacts['index'], { opType, input }: NodeProto): boolean {
  return (
    opType === 'Mul' &&
    input.some((name, at) => {
      const gate = index.producers.get(name);
      return /Sigmoid$/.test(gate?.opType ?? '') && gate?.input[0] === input[1 - at];
    })
  );
}

function isHalvingPool(node: NodeProto): boolean {
  const is2 = (name: string) => attributeInts(node, name)?.every((side) => side === 2) === true;
  return node.opType === 'MaxPool' && is2('kernel_shape') && is2('strides');
}
