/** What dropped paths turned out to be. */
export interface Collected {
  readonly models: readonly string[];
  readonly images: readonly string[];
  readonly bundles: readonly string[];
  readonly datasets: readonly string[];
  readonly ignored: readonly { readonly path: string; readonly why: string }[];
}
