import type { DetectorReading, DetectorReport } from '../types.ts';
import { listParts } from './listParts.ts';
import type { Recognized } from './recognize.ts';

/**
 * A reading as it is reported: what people ask for first, the evidence, the whole specification, and what else would fit.
 * @param inside strides of the cells that a graph selects its boxes from, where its outputs do not tell them
 */
export function describeDetector(
  { reading, alternatives, corrected }: Recognized,
  inside: readonly number[] = [],
): DetectorReport {
  const { spec, evidence: outside } = split(reading);
  const evidence =
    inside.length === 0
      ? outside
      : [...outside, `Inside the graph, boxes are selected from the cells of the strides ${inside.join(', ')}.`];
  const recognised = corrected?.recognised ?? null;
  return {
    family: spec.family,
    head: spec.head,
    inputSize: spec.input.size,
    channels: spec.input.channels,
    scale: spec.input.scale,
    resize: spec.input.resize,
    strides: spec.strides.length === 0 ? inside : spec.strides,
    classes: spec.classes,
    classNames: spec.classNames,
    ...(spec.anchors === undefined ? {} : { anchors: spec.anchors }),
    decodedInGraph: spec.decodedInGraph,
    nmsInGraph: spec.nmsInGraph,
    evidence,
    spec,
    ...(alternatives.length === 0 ? {} : { alternatives: alternatives.map(describeAlternative) }),
    ...(corrected === undefined ? {} : { corrected: listParts(corrected.parts) }),
    ...(recognised === null ? {} : { recognised: split(recognised).spec }),
  };
}

function describeAlternative(reading: DetectorReading) {
  const { spec, evidence } = split(reading);
  return { family: spec.family, head: spec.head, evidence, spec };
}

function split({ evidence, ...spec }: DetectorReading) {
  return { spec, evidence };
}
