import type { DetectorSpec } from '../../types.ts';
import { parseIntegers } from '../classNames.ts';
import type { ModelFacts, OutputFacts } from './head.ts';
import { activationOf, joinedColumns } from './valueOrigin.ts';

type ExtraValues = NonNullable<DetectorSpec['extraValues']>;

/** What a prediction holds behind its class scores, and how that is known. */
interface Extras {
  readonly extraValues: ExtraValues;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
}

/** What is not shown of the boxes of another task. */
const notShown = {
  masks: 'This model segments: its boxes are shown, its masks are not.',
  keypoints: 'This model finds poses: its boxes are shown, its keypoints are not.',
  angle:
    'This model finds rotated boxes: the upright box around each is shown, and overlap is measured between upright boxes.',
} as const satisfies Record<ExtraValues['holds'], string>;

/**
 * Mask coefficients, keypoints or an angle behind box and classes, as segmentation, pose and rotated-box heads have them; null
 * for plain boxes. Known from the metadata, from mask prototypes among the outputs, or from the parts that the graph joins.
 * @param channels values of one prediction
 * @param before those before the first class score: 4, or 5 with objectness
 * @param classes class scores, where their number does not follow from what is found
 */
export function findExtraValues(
  model: ModelFacts,
  output: OutputFacts,
  channels: number,
  before: number,
  classes = model.classNames?.length ?? 1,
): Extras | null {
  const found =
    fromTask(model, channels - before - classes) ?? fromPrototypes(model) ?? fromParts(model, output, channels, before);
  if (found === null || channels - before - found.extraValues.count < 1) return null;
  return { ...found, warnings: [notShown[found.extraValues.holds]] };
}

type Found = Omit<Extras, 'warnings'>;

/** @param room values behind the class scores, if these are as many as is thought */
function fromTask(model: ModelFacts, room: number): Found | null {
  const task = model.metadata.get('task');
  switch (task) {
    case 'segment':
      return fromPrototypes(model);
    case 'pose': {
      const count = keypointValues(model) ?? room;
      const shape = model.metadata.get('kpt_shape')?.slice(0, 100);
      const source = shape === undefined ? 'what the classes leave' : `kpt_shape ${shape}`;
      return count < 1
        ? null
        : {
            extraValues: { holds: 'keypoints', count },
            evidence: [`The metadata say "pose": ${count} keypoint values (${source}) follow the class scores.`],
          };
    }
    case 'obb':
      return {
        extraValues: { holds: 'angle', count: 1 },
        evidence: ['The metadata say "obb": an angle in radians follows the class scores.'],
      };
    default:
      return null;
  }
}

/** Keypoints times their values, from `kpt_shape`, e.g. [17, 3]. */
function keypointValues(model: ModelFacts): number | undefined {
  const [points, values] = parseIntegers(model.metadata.get('kpt_shape'));
  return points === undefined || values === undefined ? undefined : points * values;
}

/** Mask prototypes [1, M, height / 4, width / 4]: each prediction has M coefficients for them. */
function fromPrototypes(model: ModelFacts): Found | null {
  const [height, width] = model.size;
  for (const { name, dims, shape } of model.outputs) {
    const [count, rows, columns] = shape;
    if (shape.length !== 3 || typeof count !== 'number' || rows !== height / 4 || columns !== width / 4) continue;
    return {
      extraValues: { holds: 'masks', count },
      evidence: [
        `Output "${name}" [${dims.map((dim) => dim ?? '?').join(', ')}] holds ${count} mask prototypes, so ${count} values of each prediction are mask coefficients.`,
      ],
    };
  }
  return null;
}

/**
 * A graph that joins something to box and classes that does not come straight from their activation. It joins box and classes
 * first, or all parts at once.
 */
function fromParts(model: ModelFacts, output: OutputFacts, channels: number, before: number): Found | null {
  const parts = joinedColumns(model, output.name, channels) ?? [];
  const last = parts.at(-1);
  if (parts.length < 2 || last === undefined || activationOf(model, last.tensor) !== null) return null;
  const widths = parts.slice(0, -1).map(({ width }) => width);
  const [first = 0] = widths;
  const inner = widths.length > 1 ? widths : output.partsOf(first);
  const isBoxAndClasses = before === 4 ? inner?.length === 2 && inner[0] === 4 : (inner?.length ?? 0) >= 3;
  return isBoxAndClasses && channels - last.width > before ? byCount(last.width) : null;
}

/** One more value is taken for an angle, several for keypoints: masks would show as prototypes. */
function byCount(count: number): Found {
  const holds = count === 1 ? 'angle' : 'keypoints';
  const evidence = `The graph joins ${count} more ${count === 1 ? 'value' : 'values'} to box and classes: ${count === 1 ? 'an angle' : 'keypoints'}.`;
  return { extraValues: { holds, count }, evidence: [evidence] };
}

/** The same where the graph joins `count` values to finished rows. */
export function extrasOfCount(count: number): Extras {
  const found = byCount(count);
  return { ...found, warnings: [notShown[found.extraValues.holds]] };
}
