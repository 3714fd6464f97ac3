/** In what a comparison was not made as everything is set now: its figures still stand, but not for what is in sight. */
import type { CompareReport, ProviderName } from '../../../models/types.ts';

/** What a comparison would be made with now. */
interface Now {
  readonly provider: ProviderName;
  /** null: as many as the machine has cores. */
  readonly threads: number | null;
  /** The dataset that would be measured against; absent where none is open. */
  readonly dataset: string | undefined;
  /** Pictures of the tray. */
  readonly pictures: readonly { readonly path: string }[];
}

interface MeasuredOtherwise {
  /** That was asked for, where another is chosen now. */
  readonly provider: ProviderName | null;
  readonly threads: number | null;
  /** That the models were measured against, where another is now. */
  readonly dataset: string | null;
  /** Pictures of the tray that were not compared. */
  readonly left: number;
  /** Compared pictures that are not in the tray any more. */
  readonly gone: number;
}

/** How a comparison differs from what it would be now, thresholds aside. */
export function measuredOtherwise(report: CompareReport, now: Now): MeasuredOtherwise {
  const [provider = now.provider] = report.models.map((model) => model.provider.requested);
  const compared = new Set([...report.images, ...(report.unreadable ?? [])].map(({ path }) => path));
  let here = 0;
  for (const { path } of now.pictures) if (compared.has(path)) here += 1;
  return {
    provider: provider === now.provider ? null : provider,
    threads: now.threads === null || report.threads === now.threads ? null : report.threads,
    dataset: now.dataset === undefined || now.dataset === report.dataset ? null : (report.dataset ?? null),
    left: now.pictures.length - here,
    gone: compared.size - here,
  };
}
