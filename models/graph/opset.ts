import { clone } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { constantsOf } from './constants.ts';
import { isDefaultDomain, opsetOf } from './nodes.ts';
import { type Change, type Conversion, opsetChanges } from './opsetChanges.ts';
import { inferShapes } from './shapes.ts';
import { namesIn, uniqueName } from './topology.ts';

/** The operator set this code converts from and to; onnxruntime itself guarantees nothing below 7. */
const oldestOpset = 7;
const newestTarget = 13;
/** The file format version that came with opset 13. */
const irVersionOfTarget = 7n;

/**
 * The same model in the default operator set `target` (at most 13); a model that is there already comes back as a plain copy.
 * Initializers that were listed as inputs only because old files had to are no longer listed.
 * @throws StudioError `model-unsupported` for an operator without an equivalent, or an opset below 7
 */
export function raiseOpset(proto: ModelProto, target: number): ModelProto {
  if (target > newestTarget)
    throw new RangeError(`Opset ${target} is beyond ${newestTarget}, the newest known target.`);
  const raised = clone(ModelProtoSchema, proto);
  const source = opsetOf(raised);
  const graph = raised.graph;
  if (source >= target || graph === undefined) return raised;
  if (source < oldestOpset) {
    throw new StudioError(
      'model-unsupported',
      `The model uses operator set ${source}; the oldest supported is ${oldestOpset}.`,
      {
        hint: 'Export the model again with opset 13 or later.',
      },
    );
  }
  const due = opsetChanges.filter((change) => source < change.since && change.since <= target);
  rewriteGraph(graph, due, conversionFor(raised, graph));
  for (const entry of raised.opsetImport) if (isDefaultDomain(entry.domain)) entry.version = BigInt(target);
  if (raised.irVersion < 4n) {
    const constants = new Set(graph.initializer.map((tensor) => tensor.name));
    graph.input = graph.input.filter((input) => !constants.has(input.name));
  }
  if (raised.irVersion < irVersionOfTarget) raised.irVersion = irVersionOfTarget;
  return raised;
}

function conversionFor(proto: ModelProto, graph: GraphProto): Conversion {
  const taken = namesIn(graph);
  const shapes = inferShapes(proto);
  const constants = constantsOf(graph);
  return {
    constant: (base, make) => {
      const name = uniqueName(taken, base);
      graph.initializer.push(make(name));
      return name;
    },
    fresh: (base) => uniqueName(taken, base),
    rankOf: (tensor) => shapes.get(tensor)?.dims.length,
    typeOf: (tensor) => shapes.get(tensor)?.type,
    constantOf: (tensor) => constants.get(tensor),
  };
}

function rewriteGraph(graph: GraphProto, due: readonly Change[], conversion: Conversion): void {
  graph.node = graph.node.flatMap((node) => {
    for (const attribute of node.attribute) {
      if (attribute.g !== undefined) rewriteGraph(attribute.g, due, conversion);
      for (const body of attribute.graphs) rewriteGraph(body, due, conversion);
    }
    if (!isDefaultDomain(node.domain)) return [node];
    let nodes = [node];
    for (const change of due) {
      nodes = nodes.flatMap((each) =>
        change.operators.includes(each.opType) ? change.rewrite(each, conversion) : [each],
      );
    }
    return nodes;
  });
}
