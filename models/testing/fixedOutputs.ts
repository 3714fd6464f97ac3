import { TensorProto_DataType as DataType, type ModelProto, type ValueInfoProto } from 'onnx-buf';
import { makeFloatTensor, makeInt32Tensor, makeInt64Tensor } from '../graph/tensors.ts';
import { addFloats, addNode, type Draft, declareTensor, finishModel, startDraft } from './draft.ts';

/** An output whose values are chosen. */
export interface FixedOutput {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** Floats unless given. */
  readonly type?: 'int32' | 'int64';
  /** Dimensions as the file declares them; `dims` unless given. A string leaves one open. */
  readonly declared?: readonly (number | string)[];
}

const kinds = {
  float: { dataType: DataType.FLOAT, make: makeFloatTensor },
  int32: { dataType: DataType.INT32, make: makeInt32Tensor },
  int64: { dataType: DataType.INT64, make: makeInt64Tensor },
} as const;

/** Adds an output of chosen values that depends on the picture in name alone. */
function addFixedOutput(draft: Draft, { name, dims, values, type, declared }: FixedOutput): ValueInfoProto {
  const { dataType, make } = kinds[type ?? 'float'];
  const chosen = make(`${name}_chosen`, dims, values);
  draft.initializers.push(chosen);
  const zero = addNode(draft, 'Cast', [addZero(draft)], { to: { int: dataType } });
  addNode(draft, 'Add', [chosen.name, zero], {}, name, name);
  return declareTensor(name, declared ?? dims, dataType);
}

/** A scalar that is 0 whatever the picture. */
function addZero(draft: Draft): string {
  const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
  const name = `zero_${draft.nodes.length}`;
  return addNode(draft, 'Mul', [mean, addFloats(draft, name, [], [0])]);
}

/** A model of the input `images` [1, 3, size, size] whose outputs are chosen, in the order given. */
export function fixedOutputsModel(
  size: number,
  outputs: readonly FixedOutput[],
  more: {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly inputs?: readonly ValueInfoProto[];
    readonly batch?: number;
  } = {},
): ModelProto {
  const draft = startDraft();
  const declared = outputs.map((output) => addFixedOutput(draft, output));
  return finishModel(draft, {
    inputs: [declareTensor('images', [more.batch ?? 1, 3, size, size]), ...(more.inputs ?? [])],
    outputs: declared,
    ...(more.metadata === undefined ? {} : { metadata: more.metadata }),
  });
}
