import { foldBatchNorm } from '../graph/foldBatchNorm.ts';
import { readWholeModel } from '../graph/read.ts';
import { recordStep } from '../graph/recipeRecord.ts';
import { encodeModel, writeModel } from '../graph/write.ts';

/**
 * Merges the batch normalization of a model file into its convolutions. A model without any stays as it is.
 * @throws StudioError about the model (see `readModel`), `file-unwritable`
 */
export async function fold(path: string, out: string): Promise<{ readonly warnings: readonly string[] }> {
  const model = await readWholeModel(path);
  const folded = foldBatchNorm(model.proto);
  const changes = Buffer.compare(encodeModel(folded), encodeModel(model.proto)) !== 0;
  if (changes) recordStep(model, folded, { operation: 'fold' });
  await writeModel(out, folded);
  return {
    warnings: changes ? [] : ['There is no batch normalization that could be merged: exporters often do that.'],
  };
}
