import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { removeUnused } from '../../graph/topology.ts';
import { freezeShapes } from './freezeShapes.ts';
import { unshuffle } from './unshuffle.ts';

/** A copy of a model, of the very same results, in a form in which channels can be followed and removed. */
export function prepareForRemoval(proto: ModelProto): ModelProto {
  const prepared = clone(ModelProtoSchema, proto);
  if (prepared.graph === undefined) return prepared;
  // What no output depends on never runs, and would only hold channels fast.
  removeUnused(prepared.graph);
  freezeShapes(prepared, prepared.graph);
  unshuffle(prepared, prepared.graph);
  return prepared;
}
