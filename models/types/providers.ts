import type { providerNames } from '../choices.ts';

/** What can run a model. */
export type ProviderName = (typeof providerNames)[number];

/** Where a model was asked to run and where it ran. */
export interface ProviderUse {
  readonly requested: ProviderName;
  readonly used: ProviderName;
  /**
   * Nodes of the optimized graph that each provider ran, shape arithmetic and copies left out; absent where the CPU was asked
   * for, which nothing stands in for.
   */
  readonly nodes?: Readonly<Record<string, number>>;
  /** Why figures taken here are not those of the provider that was asked for; absent where they are. */
  readonly invalidBecause?: string;
}

/** Whether one provider can be used here. */
export interface ProviderInfo {
  readonly name: ProviderName;
  readonly available: boolean;
  readonly device?: string;
  /** Why it is not available and what would make it so. */
  readonly why?: string;
}

/** `boxwright providers`. */
export interface ProvidersReport {
  readonly providers: readonly ProviderInfo[];
  readonly cpu: {
    readonly model: string;
    readonly cores: number;
    readonly features: readonly string[];
    readonly vnni: boolean;
  };
}
