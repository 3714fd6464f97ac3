import type { DetectorSpec, OutputSpec } from '../../types.ts';
import { type Field, type GridLevelLayout, joinedLevels, placeField } from './gridPlaces.ts';
import type { ModelFacts } from './head.ts';
import { findLevelOutputs, type LevelOutput } from './levelOutputs.ts';
import { activationOf, followValues } from './valueOrigin.ts';

/** The outputs of one level where box, classes and perhaps the objectness have one each, as exports for chips have them. */
export interface LevelMaps {
  readonly box: LevelOutput;
  readonly classes: LevelOutput;
  readonly objectness: LevelOutput | null;
  /** Values that are not read, such as the coefficients of masks. */
  readonly others: readonly LevelOutput[];
}

/** Bins of distances in published models, the usual first: YOLOv8, YOLOv6 and DAMO-YOLO, NanoDet. */
const usualBins = [16, 17, 8];

/**
 * Finds the maps of every level, the finest first; null where outputs are not such maps. A sum of scores, which is there to
 * skip empty cells fast, is left out.
 */
export function findLevelMaps(model: ModelFacts): readonly LevelMaps[] | null {
  const maps = findLevelOutputs(model).filter(({ anchors }) => anchors === null);
  const strides = [...new Set(maps.map(({ stride }) => stride))];
  const widthsOf = (level: readonly LevelOutput[]) =>
    level
      .map(({ values }) => values)
      .sort((a, b) => a - b)
      .join();
  const levels = strides
    .map((stride) => maps.filter((map) => map.stride === stride))
    .filter((level) => level.length > 1);
  const [first] = levels;
  // Prototypes of masks have a stride of their own.
  if (first === undefined || levels.some((level) => widthsOf(level) !== widthsOf(first))) return null;
  const roles = levels.map((level) => assignRoles(model, level));
  const known = roles.filter((role) => role !== null);
  const [one] = known;
  if (one === undefined || known.length !== levels.length) return null;
  const isUniform = known.every(
    ({ box, classes }) => box.values === one.box.values && classes.values === one.classes.values,
  );
  return isUniform ? known : null;
}

function assignRoles(model: ModelFacts, maps: readonly LevelOutput[]): LevelMaps | null {
  const sums = maps.filter((map) => map.values === 1 && isReduced(model, map));
  const useful = maps.filter((map) => !sums.includes(map));
  const pairs = useful.flatMap((box) =>
    useful.flatMap((classes) => {
      const fit = box === classes ? null : fitOf(model, box, classes);
      return fit === null ? [] : [{ box, classes, fit }];
    }),
  );
  const [best] = pairs.sort((a, b) => b.fit - a.fit);
  if (best === undefined) return null;
  const { box, classes } = best;
  const rest = useful.filter((map) => map !== box && map !== classes);
  const objectness = rest.find(({ values }) => values === 1) ?? null;
  const others = rest.filter((map) => map !== objectness);
  // One more map may be something else of the same objects; more are another network's.
  return others.length > 1 ? null : { box, classes, objectness, others };
}

/** How well two maps go as box and classes: names, then activations, then the usual number of values. */
function fitOf(model: ModelFacts, box: LevelOutput, classes: LevelOutput): number | null {
  const bins = box.values / 4;
  if (!Number.isInteger(bins) || bins > 64) return null;
  const named = model.classNames?.length;
  const isActivated = (map: LevelOutput) => activationOf(model, map.output.name) !== null;
  if (isActivated(box)) return null;
  const usual = bins === 1 ? usualBins.length : usualBins.indexOf(bins);
  return (
    (named === undefined ? 0 : named === classes.values ? 8 : -8) +
    (isActivated(classes) ? 6 : 0) +
    (usual === -1 ? 0 : 4 - usual) +
    // Classes are fewer than one value only where they are one.
    (classes.values === 1 ? -1 : 0)
  );
}

/** Whether values are a sum or a maximum of others rather than a layer's own. */
function isReduced(model: ModelFacts, { output }: LevelOutput): boolean {
  let isSum = false;
  followValues(model, output.name, ({ opType }) => {
    isSum ||= /^Reduce(Sum|Max|Mean)$/.test(opType);
    return opType === 'Clip' || opType === 'Identity' || opType === 'Cast' ? 'go on' : 'stop';
  });
  return isSum;
}

/**
 * The places of the values where box, objectness and classes have outputs of their own: one each a level, or one each for all
 * levels joined.
 */
export function layFields(spec: DetectorSpec, boxValues: number): GridLevelLayout[] {
  const indicesOf = (...kinds: OutputSpec['holds'][]) =>
    spec.outputs.flatMap(({ holds }, index) => (kinds.includes(holds) ? [index] : []));
  const [boxes, objectness, scores] = [indicesOf('distances', 'boxes'), indicesOf('objectness'), indicesOf('scores')];
  const isJoined = scores.length < spec.strides.length;
  return joinedLevels(spec).map(({ size, cells, anchors, joined }, level) => {
    const field = (indices: readonly number[], channels: number): Field => {
      const output = indices[isJoined ? 0 : level] ?? 0;
      const order = spec.outputs[output]?.order ?? 'channel-major';
      return placeField({ output, order, channels, anchors, cells, joined: isJoined ? joined : null }, 0);
    };
    return {
      ...size,
      box: field(boxes, boxValues),
      objectness: objectness.length === 0 ? null : field(objectness, 1),
      classes: field(scores, spec.classes),
    };
  });
}
