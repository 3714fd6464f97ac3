/** One thing that was checked of a bundle. */
export interface BundleCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `boxwright verify`. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly checks: readonly BundleCheck[];
}

/** `boxwright export`. */
export interface ExportReport {
  readonly out: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly verify: VerifyReport;
  readonly warnings: readonly string[];
}

/** A model taken out of a bundle. */
export interface RestoreReport {
  readonly out: string;
  readonly sha256: string;
  /** The variant's name when the bundle was made. */
  readonly name: string;
  /** As the maker of the bundle gave it. */
  readonly provenance: Readonly<Record<string, unknown>>;
}
