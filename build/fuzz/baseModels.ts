import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  type ModelProto,
} from 'onnx-buf';
import { makeNode } from '../../models/graph/nodes.ts';
import { encodeModel } from '../../models/graph/write.ts';
import { samplePaths } from '../../models/samples/sample.ts';
import { addConv, addFloats, addNode, declareTensor, finishModel, startDraft } from '../../models/testing/draft.ts';
import { siluNet, tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../../models/testing/tinyModels.ts';

/** A network with a branch: whichever way, an activation is applied to the same convolution. */
function branchingNet(): ModelProto {
  const draft = startDraft();
  const features = addConv(draft, 'first', 'images', [3, 4], { kernel: 3 });
  const mean = addNode(draft, 'ReduceMean', [features], { keepdims: { int: 0 } });
  const isHigh = addNode(draft, 'Greater', [mean, addFloats(draft, 'zero', [], [0])]);
  const node = makeNode('If', [isHigh], ['output0']);
  for (const [name, operator] of [
    ['then_branch', 'Relu'],
    ['else_branch', 'Sigmoid'],
  ] as const) {
    const g = create(GraphProtoSchema, {
      name,
      node: [makeNode(operator, [features], [`${name}_out`])],
      output: [declareTensor(`${name}_out`, [1, 4, 16, 16])],
    });
    node.attribute.push(create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g }));
  }
  draft.nodes.push(node);
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 16, 16])],
    outputs: [declareTensor('output0', [1, 4, 16, 16])],
  });
}

/** The sound files that cases are made from, detectors of every kind and two that are none. */
export function makeBaseModels(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const made: Readonly<Record<string, ModelProto>> = {
    v8: tinyV8({ size: 32 }),
    v5: tinyV5({ size: 32 }),
    yolox: tinyYolox({ size: 32 }),
    endToEnd: tinyEndToEnd({ size: 32 }),
    silu: siluNet(),
    branching: branchingNet(),
  };
  const files = Object.entries(made).map(([name, proto]) => ({ name, bytes: encodeModel(proto) }));
  return [...files, { name: 'sample', bytes: readFileSync(samplePaths().model) }];
}
