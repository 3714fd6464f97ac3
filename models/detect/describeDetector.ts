import type { DetectorReading, DetectorReport } from '../types.ts';

/** A reading as it is reported: what people ask for first, the evidence, and the whole specification. */
export function describeDetector({ evidence, ...spec }: DetectorReading): DetectorReport {
  return {
    family: spec.family,
    head: spec.head,
    inputSize: spec.input.size,
    channels: spec.input.channels,
    scale: spec.input.scale,
    resize: spec.input.resize,
    strides: spec.strides,
    classes: spec.classes,
    classNames: spec.classNames,
    ...(spec.anchors === undefined ? {} : { anchors: spec.anchors }),
    decodedInGraph: spec.decodedInGraph,
    nmsInGraph: spec.nmsInGraph,
    evidence,
    spec,
  };
}
