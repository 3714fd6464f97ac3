import { create } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, type ModelProto, type ValueInfoProto } from 'onnx-buf';
import { classNameOf } from '../geometry/classMap.ts';
import { constantsOf } from '../graph/constants.ts';
import type { OnnxModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { indexGraph } from '../graph/topology.ts';
import type { SpecCorrection } from '../specSchema.ts';
import type { DetectorReading } from '../types.ts';
import { cocoNames, parseClassNames } from './classNames.ts';
import { joinedParts, operatorsAfterActivation, type TensorShapes } from './graphTail.ts';
import type { HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './heads/head.ts';
import { heads } from './heads/registry.ts';
import { findImageInput, type ImageInput } from './imageInput.ts';
import { describeUnknownHead, misleadingReason } from './notDetector.ts';
import { withoutBatch } from './tensorValues.ts';

/** A model that is read as a detector. */
export interface Recognized {
  readonly reading: DetectorReading;
  /** Other readings that fit the outputs, the likelier first. */
  readonly alternatives: readonly DetectorReading[];
  /** What the user corrected; absent where all is as recognised. */
  readonly corrected?: {
    /** The parts that differ from the file's own reading. */
    readonly parts: SpecCorrection;
    /** The file's own reading of the same family; null where it has none. */
    readonly recognised: DetectorReading | null;
  };
  readonly warnings: readonly string[];
}

export type Recognition = Recognized | { readonly reason: string; readonly warnings: readonly string[] };

/**
 * Works out from a file alone how its pictures go in and its boxes come out. Where the file is no detector that can be
 * read, `reason` says why: a sentence part that goes on "... is not run as a detector because".
 * @param shapes of the graph's tensors as far as they are known without choosing an input size
 * @param wanted [height, width] to run at where the file leaves them open
 */
export function recognizeDetector(
  model: Pick<OnnxModel, 'proto'>,
  shapes: TensorShapes,
  wanted?: readonly [number, number],
): Recognition {
  const { proto } = model;
  const graph = proto.graph ?? create(GraphProtoSchema);
  const metadata = new Map(proto.metadataProps.map(({ key, value }) => [key, value]));
  const input = findImageInput(graph, metadata, wanted);
  if ('reason' in input) return { reason: input.reason, warnings: [] };
  if (graph.output.length > maximumOutputs) {
    return { reason: `it has ${graph.output.length} outputs, and detectors have a few`, warnings: [] };
  }
  const warnings: string[] = [];
  const namesText = metadata.get('names');
  const classNames = namesText === undefined ? null : parseClassNames(namesText);
  if (namesText !== undefined && classNames === null) {
    warnings.push('The class names in the metadata could not be parsed, so they are not used.');
  }
  const facts = gatherFacts(graph, input, metadata, classNames, sizedShapes(proto, input, shapes));
  const { outputs } = facts;
  const misleading = misleadingReason(metadata.get('task'));
  if (misleading !== undefined) return { reason: misleading, warnings };

  const [best, ...others] = rankReadings(facts);
  const [next] = others;
  if (best === undefined) return { reason: describeUnknownHead(outputs, input.size), warnings };
  warnings.push(...(best.match.warnings ?? []));
  if (next !== undefined && next.match.points >= best.match.points - 1) {
    warnings.push(
      `The output also fits a head of the family ${next.family}; ${best.family} is the likelier reading and is used.`,
    );
  }
  const describeReading = (ranked: RankedReading, notes: string[]) =>
    makeReading(input, ranked, chooseNames(classNames, ranked.match.reading, notes));
  const reading = describeReading(best, warnings);
  return { reading, alternatives: others.map((other) => describeReading(other, [])), warnings };
}

/** Shapes at the input size that was chosen, with batch 1: those of a file that leaves them open are inferred anew. */
function sizedShapes(proto: ModelProto, input: ImageInput, shapes: TensorShapes): TensorShapes {
  const known = shapes.get(input.name)?.dims;
  if (known?.every((dim) => dim !== null)) return shapes;
  const [height, width] = input.size;
  const { batch } = input;
  const dims = input.layout === 'NCHW' ? [batch, 3, height, width] : [batch, height, width, 3];
  const others = (input.extra ?? []).map((extra) => [extra.name, extra.dims] as const);
  return inferShapes(proto, { ...Object.fromEntries(others), [input.name]: dims });
}

function gatherFacts(
  graph: GraphProto,
  { size, batch, extra = [] }: ImageInput,
  metadata: ReadonlyMap<string, string>,
  classNames: readonly string[] | null,
  shapes: TensorShapes,
): ModelFacts {
  const index = indexGraph(graph);
  const describe = ({ name }: ValueInfoProto): OutputFacts => {
    const dims = shapes.get(name)?.dims ?? [];
    return {
      name,
      dims,
      shape: withoutBatch(dims, batch),
      afterActivation: operatorsAfterActivation(index, name),
      partsOf: (total) => joinedParts(index, shapes, name, total),
    };
  };
  return {
    size,
    classNames,
    metadata,
    extraInputs: extra,
    outputs: graph.output.map(describe),
    hasOperator: (...names) => graph.node.some((node) => names.includes(node.opType)),
    index,
    constants: constantsOf(graph),
    shapes,
  };
}

/** Boxes, scores and masks of every level are fewer; heads look for outputs that belong together among all of them. */
const maximumOutputs = 64;

/** As many as candidates can name; a damaged shape may promise thousands of millions. */
const maximumClasses = 65_535;

interface RankedReading {
  readonly family: DetectorReading['family'];
  readonly match: HeadMatch;
}

/** Every reading that fits, the best first; ties go by the order of the heads. */
function rankReadings(facts: ModelFacts): RankedReading[] {
  const readings = Object.values(heads).flatMap((head): RankedReading[] => {
    const match = head.recognise(facts);
    return match === null || match.reading.classes > maximumClasses ? [] : [{ family: head.family, match }];
  });
  return readings.sort((a, b) => b.match.points - a.match.points);
}

function chooseNames(
  fromMetadata: readonly string[] | null,
  { classes }: HeadSpec,
  warnings: string[],
): { classNames: readonly string[]; evidence: string } {
  if (fromMetadata !== null) {
    if (fromMetadata.length === classes) {
      return { classNames: fromMetadata, evidence: `The metadata name ${classes} classes.` };
    }
    warnings.push(
      `The metadata name ${fromMetadata.length} classes, but the output has room for ${classes}; the output's number is used.`,
    );
    const classNames = Array.from({ length: classes }, (_, index) => classNameOf(fromMetadata, index));
    return {
      classNames,
      evidence: `The output has ${classes} classes; names are taken from the metadata as far as they go.`,
    };
  }
  if (classes === cocoNames.length) {
    return { classNames: cocoNames, evidence: 'No names in the file; 80 classes are taken to be those of COCO.' };
  }
  const classNames = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return { classNames, evidence: `No names in the file; its ${classes} classes are numbered.` };
}

function makeReading(
  input: ImageInput,
  { family, match }: RankedReading,
  names: { classNames: readonly string[]; evidence: string },
): DetectorReading {
  const { evidence: inputEvidence, normalisation, swapsChannels, ...inputSpec } = input;
  const { input: headInput, ...headSpec } = match.reading;
  const unscaled = { mean: [0, 0, 0], std: [1, 1, 1], padValue: 114, ...headInput } as const;
  const spec = {
    ...unscaled,
    ...(normalisation === null
      ? {}
      : { scale: normalisation.scale, mean: [0, 0, 0] as const, std: [1, 1, 1] as const }),
    channels: swapsChannels ? otherOrder[headInput.channels] : headInput.channels,
  };
  const scaled = spec.mean.some((value) => value !== 0) ? ', less the mean, by the deviation' : '';
  const colours = `${spec.channels}, ${spec.scale === 1 ? '0..255' : '0..1'}${scaled}, ${spec.resize}`;
  return {
    family,
    ...headSpec,
    input: { ...inputSpec, ...spec },
    classNames: names.classNames,
    evidence: [
      ...inputEvidence,
      ...match.evidence,
      normalisation === null && !swapsChannels
        ? `Pictures go in as this family is trained: ${colours}.`
        : `With that, pictures go in as ${colours}.`,
      names.evidence,
    ],
  };
}

const otherOrder = { RGB: 'BGR', BGR: 'RGB' } as const;
