import type { OperationContext, OperationInput } from '../api.ts';
import { StudioError } from '../errors.ts';
import { evaluateModel, type ModelEvaluation } from '../evaluate/evaluateModel.ts';
import { type ConfusionCollector, collectConfusions } from '../evaluate/metrics/confusionPictures.ts';
import { partOf } from '../progress.ts';
import { measuringThresholds } from '../thresholds.ts';
import type { EvaluationFigures } from '../types.ts';

/** Of every model in turn; or why there are no figures. */
interface LabelFigures {
  readonly evaluations: readonly EvaluationFigures[];
  /** Paths of the pictures that were measured. */
  readonly labelled?: readonly string[];
  /** Sentences: what the figures leave out, or why there are none. */
  readonly warnings: readonly string[];
}

/**
 * Measures each of the models on the pictures of a dataset. A dataset without labels, or with classes that the models do not
 * know, is no fault: its pictures can be compared all the same.
 */
export async function measureAgainstLabels(
  paths: readonly string[],
  input: OperationInput<'compare'>,
  context: OperationContext,
): Promise<LabelFigures> {
  const { dataset, split, provider, threads, allowFallback, spec } = input;
  if (dataset === undefined) return { evaluations: [], warnings: [] };
  const evaluations: EvaluationFigures[] = [];
  const said: (readonly string[])[] = [];
  const places = new Map<string, number>();
  const placeOf = (path: string) => {
    const place = places.get(path) ?? places.size;
    places.set(path, place);
    return place;
  };
  try {
    for (const [index, model] of paths.entries()) {
      const part = partOf(context, index / paths.length, (index + 1) / paths.length, 'Measuring against labels');
      let confusions: ConfusionCollector | undefined;
      const onPicture: ModelEvaluation['onPicture'] = (path, records, classCount) => {
        confusions ??= collectConfusions(classCount);
        confusions.add(placeOf(path), records);
      };
      // Whatever the boxes are compared at.
      const thresholds = measuringThresholds;
      const request = { model, data: dataset, split, provider, threads, allowFallback, spec, onPicture, ...thresholds };
      const figures = await evaluateModel(request, part);
      said.push(figures.warnings);
      const pictures = confusions?.finish() ?? [];
      evaluations.push({ ...figures, confusion: { ...figures.confusion, pictures } });
    }
    return { evaluations, labelled: [...places.keys()], warnings: joinWarnings(paths, said) };
  } catch (error) {
    const isUnfit = error instanceof StudioError && (error.code === 'dataset-invalid' || error.code === 'bad-input');
    if (isUnfit) return { evaluations: [], warnings: [`Not measured against labels: ${error.message}`] };
    throw error;
  }
}

/** What was said of every model once, all else with the model that it was said of. */
function joinWarnings(paths: readonly string[], said: readonly (readonly string[])[]): string[] {
  const [first = []] = said;
  const shared = first.filter((warning) => said.every((warnings) => warnings.includes(warning)));
  const others = paths.flatMap((path, index) =>
    (said[index] ?? []).flatMap((warning) => (shared.includes(warning) ? [] : [`${path}: ${warning}`])),
  );
  return [...shared, ...others];
}
