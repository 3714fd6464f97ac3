import { shortenNames } from '../../shortenNames.ts';
import { useProject } from '../../state/project.ts';
import { useView } from '../../state/view.ts';

/** What the compared models are called where there is little room, by id, the baseline first: in short where there are several. */
export function useColumnNames(): ReadonlyMap<string, string> {
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const variants = useProject((state) => state.project.variants);
  const ids = baselineId === null ? variantIds : [baselineId, ...variantIds];
  const names = ids.map((id) => variants.find((one) => one.id === id)?.name ?? '');
  const shown = ids.length > 2 ? shortenNames(names) : names;
  return new Map(ids.map((id, index) => [id, shown[index] ?? '']));
}
