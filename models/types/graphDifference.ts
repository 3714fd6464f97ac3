/** Where in a detector a node works; the stride is null where it is not known, and in the head. */
export interface GraphStage {
  readonly part: 'backbone' | 'neck' | 'head';
  readonly stride: number | null;
}

/** A node and where it works. */
export interface StagedNode {
  readonly name: string;
  /** With its domain, unless it is the default one. */
  readonly operator: string;
  readonly stage: GraphStage;
}

/** What kind of tensor a constant is. */
export interface ConstantKind {
  /** ONNX element type in lower case. */
  readonly type: string;
  readonly shape: readonly number[];
}

/** One thing that is different about a node. */
export type NodeChange =
  | { readonly what: 'operator'; readonly before: string; readonly after: string }
  | { readonly what: 'attribute'; readonly name: string; readonly before: string | null; readonly after: string | null }
  | {
      /** A weight, bias or other constant, by its name in the baseline. */
      readonly what: 'constant';
      readonly tensor: string;
      readonly before: ConstantKind;
      readonly after: ConstantKind;
      /** Share of values that differ, where type and shape are the same. */
      readonly changed?: number;
    }
  /** Names in the baseline, where it has the tensor. */
  | { readonly what: 'inputs'; readonly before: readonly string[]; readonly after: readonly string[] }
  /** Whether what it reads, weights aside, is rounded to integers now. */
  | { readonly what: 'rounding'; readonly after: boolean };

/** A node that both models have, but not alike. */
export interface ChangedNode extends StagedNode {
  readonly changes: readonly NodeChange[];
}

/** Numbers of nodes. */
export interface StageSummary {
  readonly stage: GraphStage;
  readonly same: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** What the graphs of two models do not share. */
export interface GraphDifferenceReport {
  readonly baseline: string;
  readonly variant: string;
  /** Numbers of nodes, constants aside. */
  readonly nodes: { readonly baseline: number; readonly variant: number; readonly same: number };
  /** From the picture to the boxes. */
  readonly stages: readonly StageSummary[];
  readonly added: readonly StagedNode[];
  readonly removed: readonly StagedNode[];
  readonly changed: readonly ChangedNode[];
}
