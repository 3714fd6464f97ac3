import type { modelPrecisions } from '../choices.ts';

/** What a model computes in. */
export type ModelPrecision = (typeof modelPrecisions)[number];

/** An input or output as the file declares it. */
export interface TensorInfo {
  readonly name: string;
  /** ONNX element type in lower case: float, float16, uint8, int64 ... */
  readonly type: string;
  /** Numbers where fixed, names (or "?") where dynamic. */
  readonly shape: readonly (number | string)[];
}

/** One layer and what it costs. */
export interface LayerInfo {
  readonly name: string;
  readonly operator: string;
  readonly outputShape: readonly (number | string)[];
  readonly parameters: number;
  readonly macs: number;
  /** Share of this layer's weights that are exactly zero, 0..1. */
  readonly sparsity: number;
}

/** What a model costs. */
export interface ModelFigures {
  readonly parameters: number;
  /** Multiply-accumulates of one run at the input size (batch 1); null where shapes stay unknown. */
  readonly macs: number | null;
  /** Of its file. */
  readonly bytes: number;
  /** Share of prunable (Conv, ConvTranspose, Gemm, MatMul) weights that are exactly zero. */
  readonly sparsity: number;
}

/** What a model file is, whether or not it is a detector. */
export interface ModelSummary extends ModelFigures {
  readonly path: string;
  readonly sha256: string;
  readonly irVersion: number;
  /** Opset by domain; the default domain is "". */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly nodes: number;
  readonly operators: Readonly<Record<string, number>>;
  readonly precision: ModelPrecision;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly layers: readonly LayerInfo[];
  readonly warnings: readonly string[];
}
