/**
 * Every fault a user can cause has a code. Hosts branch on the code, never on the text.
 * `internal` is the one code that means a defect of ours.
 */
export type ErrorCode =
  | 'file-not-found'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'not-onnx'
  | 'model-corrupt'
  | 'model-unsupported'
  | 'model-not-runnable'
  | 'external-data'
  | 'not-a-detector'
  | 'spec-invalid'
  | 'recipe-invalid'
  | 'image-unreadable'
  | 'no-images'
  | 'dataset-invalid'
  | 'bad-input'
  | 'bad-output'
  | 'provider-unavailable'
  | 'provider-fallback'
  | 'bundle-invalid'
  | 'gate-not-met'
  | 'engine-stopped'
  | 'cancelled'
  | 'internal';

/** An error as plain data: what crosses process boundaries and what `--json` prints. */
export interface ErrorReport {
  readonly code: ErrorCode;
  /** One sentence: which file, and what is wrong with it. */
  readonly message: string;
  /** Further facts worth copying into a bug report. */
  readonly detail?: string;
  /** What the user can do about it. */
  readonly hint?: string;
}

/** A fault the user can cause and mend. Anything else that is thrown counts as `internal`. */
export class StudioError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { readonly detail?: string | undefined; readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'StudioError';
    this.code = code;
    this.detail = more.detail;
    this.hint = more.hint;
  }
}

/** True for the rejection that an aborted `AbortSignal` causes: cancelling is not an error. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Turns anything that was thrown into plain data; unknown faults become `internal` with their stack as detail. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof StudioError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  if (isCancellation(error)) return { code: 'cancelled', message: 'Cancelled.' };
  if (error instanceof Error) {
    return { code: 'internal', message: error.message, ...(error.stack === undefined ? {} : { detail: error.stack }) };
  }
  return { code: 'internal', message: String(error) };
}
