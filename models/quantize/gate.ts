import { describeLoss, refusal } from '../gate.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import type { Agreement } from '../types.ts';

/**
 * Refuses a variant that has lost the boxes of the model it was made from, before it takes the place of any file.
 * @param worstLayers names the layers that are probably to blame
 * @throws StudioError `gate-not-met`
 */
export async function refuseLoss(
  agreement: Agreement,
  out: string,
  { headGuard }: Pick<QuantizeOptions, 'headGuard'>,
  worstLayers: () => Promise<readonly string[]>,
): Promise<void> {
  const loss = describeLoss(agreement, 'the original');
  if (loss === undefined) return;
  const layers = await worstLayers();
  const blame = layers.length === 0 ? '' : ` The layers it hurts most: ${layers.join(', ')}.`;
  const instead = headGuard
    ? 'Keep those layers in float (--keep), let --max-drop find them'
    : 'Turn the head guard on';
  throw refusal(out, `${loss}${blame}`, instead);
}
