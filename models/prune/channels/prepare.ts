import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { freezeShapes } from './freezeShapes.ts';
import { unshuffle } from './unshuffle.ts';

/** A copy of a model, of the very same results, in a form in which channels can be followed and removed. */
export function prepareForRemoval(proto: ModelProto): ModelProto {
  const prepared = clone(ModelProtoSchema, proto);
  if (prepared.graph === undefined) return prepared;
  freezeShapes(prepared, prepared.graph);
  unshuffle(prepared, prepared.graph);
  return prepared;
}
