import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { makeNode } from '../graph/nodes.ts';
import {
  makeFloatTensor,
  makeInt8Tensor,
  makeInt16Tensor,
  makeUint8Tensor,
  makeUint16Tensor,
} from '../graph/tensors.ts';
import { namesIn, uniqueName } from '../graph/topology.ts';
import type { ActivationType, Grid } from './grid.ts';

/** A graph being rewritten: nodes are collected in their new order, constants are added as they are needed. */
export interface GraphEditor {
  readonly graph: GraphProto;
  readonly nodes: NodeProto[];
  readonly taken: Set<string>;
  /** Names of the scale and zero point of each grid in use, so that equal grids share them. */
  readonly gridConstants: Map<string, readonly [string, string]>;
}

export function editGraph(graph: GraphProto): GraphEditor {
  return { graph, nodes: [], taken: namesIn(graph), gridConstants: new Map() };
}

/** Adds an initializer under a free name like `base` and gives that name. */
export function addConstant(editor: GraphEditor, base: string, make: (name: string) => TensorProto): string {
  const name = uniqueName(editor.taken, base);
  editor.graph.initializer.push(make(name));
  return name;
}

/** Appends a node whose one output gets a free name like `base`; gives that name. */
export function addNode(
  editor: GraphEditor,
  operator: string,
  inputs: readonly string[],
  base: string,
  attributes: Parameters<typeof makeNode>[3] = {},
): string {
  const output = uniqueName(editor.taken, base);
  editor.nodes.push(
    makeNode(operator, inputs, [output], { name: uniqueName(editor.taken, `${base}/${operator}`), ...attributes }),
  );
  return output;
}

/** Makes a tensor of integers of a grid. */
export const makeGridTensor = {
  uint8: makeUint8Tensor,
  int8: makeInt8Tensor,
  uint16: makeUint16Tensor,
  int16: makeInt16Tensor,
} as const satisfies Record<ActivationType, typeof makeUint8Tensor>;

/** Names of the scalar constants of a grid. */
export function gridConstants(editor: GraphEditor, grid: Grid, type: ActivationType): readonly [string, string] {
  const key = `${grid.scale} ${grid.zeroPoint}`;
  const known = editor.gridConstants.get(key);
  if (known !== undefined) return known;
  const base = `grid_${editor.gridConstants.size}`;
  const names = [
    addConstant(editor, `${base}_scale`, (name) => makeFloatTensor(name, [], [grid.scale])),
    addConstant(editor, `${base}_zero_point`, (name) => makeGridTensor[type](name, [], [grid.zeroPoint])),
  ] as const;
  editor.gridConstants.set(key, names);
  return names;
}
