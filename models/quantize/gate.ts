import { StudioError } from '../errors.ts';
import { hasLostBoxes } from '../geometry/agreement.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import type { Agreement } from '../types.ts';

/**
 * Refuses a variant that has lost the boxes of the model it was made from, before it takes the place of any file.
 * @param worstLayers names the layers that are probably to blame
 * @throws StudioError `gate-not-met`
 */
export async function refuseCollapse(
  agreement: Agreement,
  out: string,
  options: Pick<QuantizeOptions, 'precision' | 'headGuard'>,
  worstLayers: () => Promise<readonly string[]>,
): Promise<void> {
  const { f1, matched, lost, extra, images } = agreement;
  if (!hasLostBoxes(agreement)) return;
  const layers = await worstLayers();
  const blame = layers.length === 0 ? '' : ` The layers it hurts most: ${layers.join(', ')}.`;
  throw new StudioError(
    'gate-not-met',
    `${out} was not written: quantizing to ${options.precision} loses the boxes (F1 ${f1.toFixed(3)} against the original on ${images} pictures: ${lost} of ${matched + lost} lost, ${extra} extra).${blame}`,
    {
      hint: options.headGuard
        ? 'Keep those layers in float (--keep), let --max-drop find them, or write the file all the same with --no-gate.'
        : 'Turn the head guard on; or write the file all the same with --no-gate.',
    },
  );
}
