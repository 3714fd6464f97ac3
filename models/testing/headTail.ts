import type { ModelProto } from 'onnx-buf';
import type { AttributeValue } from '../graph/nodes.ts';
import { inferShapes } from '../graph/shapes.ts';
import { addFloats, addIntegers, addNode, type Draft, declareTensor, finishModel, startDraft } from './draft.ts';

/** A tail of a network at a size, in which the values of every map are chosen. */
export interface Tail {
  readonly draft: Draft;
  /** [height, width] */
  readonly size: readonly [number, number];
  /** A raw map [1, channels, rows, columns] as a convolution gives it; `value` is 0 unless given. */
  readonly map: (
    name: string,
    channels: number,
    stride: number,
    value?: (channel: number, row: number, column: number) => number,
    grid?: readonly [number, number],
  ) => string;
  /** Adds a node; an output of the model is one that is named. */
  readonly node: (
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    output?: string,
  ) => string;
  readonly floats: (dims: readonly number[], values: readonly number[]) => string;
  readonly reshape: (input: string, dims: readonly number[], output?: string) => string;
  readonly transpose: (input: string, order: readonly number[], output?: string) => string;
  readonly concat: (inputs: readonly string[], axis: number, output?: string) => string;
}

/**
 * A model of pictures [1, 3, height, width] whose outputs `build` makes and names; their shapes are inferred. What the picture
 * shows does not matter: the convolutions have no weights but their biases.
 */
export function tailModel(
  size: readonly [number, number],
  build: (tail: Tail) => readonly string[],
  metadata: Readonly<Record<string, string>> = {},
): ModelProto {
  const draft = startDraft();
  const outputs = build(startTail(draft, size));
  const input = declareTensor('images', [1, 3, ...size]);
  const shapes = inferShapes(finishModel(draft, { inputs: [input], outputs: [], metadata }));
  const declared = outputs.map((name) =>
    declareTensor(
      name,
      (shapes.get(name)?.dims ?? []).map((dim) => dim ?? 'open'),
    ),
  );
  return finishModel(draft, { inputs: [input], outputs: declared, metadata });
}

function startTail(draft: Draft, size: readonly [number, number]): Tail {
  let made = 0;
  const fresh = (kind: string) => {
    made += 1;
    return `${kind}_${made}`;
  };
  const node: Tail['node'] = (opType, inputs, attributes = {}, output = `${fresh(opType.toLowerCase())}_out`) =>
    addNode(draft, opType, inputs, attributes, `${output}_node`, output);
  const floats: Tail['floats'] = (dims, values) => addFloats(draft, fresh('floats'), dims, values);
  return {
    draft,
    size,
    node,
    floats,
    map(name, channels, stride, value = () => 0, grid = [Math.ceil(size[0] / stride), Math.ceil(size[1] / stride)]) {
      const [rows, columns] = grid;
      // One pixel a cell reaches over the edge of a size that is no multiple of the stride; a whole cell does not.
      const isOver = Math.ceil(size[0] / stride) === rows && Math.ceil(size[1] / stride) === columns;
      const side = isOver ? 1 : stride;
      const weight = floats([channels, 3, side, side], new Array<number>(3 * channels * side * side).fill(0));
      const conv = node('Conv', ['images', weight], {
        kernel_shape: { ints: [side, side] },
        strides: { ints: [stride, stride] },
      });
      const values = Array.from({ length: channels * rows * columns }, (_, index) =>
        value(
          Math.floor(index / (rows * columns)),
          Math.floor((index % (rows * columns)) / columns),
          (index % (rows * columns)) % columns,
        ),
      );
      const bias = floats([1, channels, rows, columns], values);
      return node('Add', [conv, bias], {}, name);
    },
    reshape: (input, dims, output) => node('Reshape', [input, addIntegers(draft, fresh('shape'), dims)], {}, output),
    transpose: (input, order, output) => node('Transpose', [input], { perm: { ints: [...order] } }, output),
    concat: (inputs, axis, output) => node('Concat', inputs, { axis: { int: axis } }, output),
  };
}
