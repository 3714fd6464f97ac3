import { decodedBoxRule, readDecodedBoxes } from './decodedBox.ts';
import { pendingSigmoid } from './distances.ts';
import { finishedInput, type InputGuess } from './finishedInput.ts';
import { makeGridDecoder } from './grid.ts';
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { layFields } from './levelMaps.ts';
import { bestOf, isOneOfLevels, joinedShape, namesPoints, valuesBeside } from './shapes.ts';
import { activationOf, isUndecoded } from './valueOrigin.ts';

/**
 * YOLO-NAS, PP-YOLOE, DAMO-YOLO and kin: decoded boxes [1, N, 4] beside class scores [1, N, C] or [1, C, N], one prediction a
 * cell; corners, unless the graph makes centre and size of them.
 */
export const boxesScoresHead: Head = {
  family: 'boxes-scores',
  recognise: (model) => bestOf(model.outputs.map((boxes) => readPair(model, boxes))),
  makeDecoder: (spec) => makeGridDecoder(spec, { levels: layFields(spec, 4), readBox: decodedBoxRule(spec) }),
};

function readPair(model: ModelFacts, boxes: OutputFacts): HeadMatch | null {
  const shape = joinedShape(boxes);
  if (shape === null || (shape.first !== 4 && shape.second !== 4)) return null;
  const isTransposed = shape.second !== 4;
  const count = isTransposed ? shape.second : shape.first;
  const grid = findGrid(model, boxes.name, count, 1);
  // Four values straight from a layer are distances: another family's.
  const isRaw = isUndecoded(model, boxes.name);
  const [scores, another] = valuesBeside(model, boxes, count);
  if (grid === null || isRaw || isOneOfLevels(model, boxes, grid, 4) || scores === undefined || another !== undefined)
    return null;
  const classes = scores.values;
  const { form, units, evidence } = readDecodedBoxes(model, boxes.name);
  const isActivated = !isUndecoded(model, scores.output.name) || activationOf(model, scores.output.name) !== null;
  const outputs = [
    { name: boxes.name, holds: 'boxes', order: isTransposed ? 'channel-major' : 'box-major' },
    { name: scores.output.name, holds: 'scores', order: scores.order },
  ] as const;
  const rows = { columns: [], box: form ?? 'x1y1x2y2', units } as const;
  const feeding = chooseInput(model, { outputs, rows }, scores.order === 'channel-major' && form !== 'centre-size');
  return {
    points: 5 + namesPoints(model, classes),
    evidence: [
      `Outputs "${boxes.name}" [1, ${shape.first}, ${shape.second}] and "${scores.output.name}" [1, ${scores.output.shape.join(', ')}]: a box and ${classes} class scores for every cell of ${grid.text}.`,
      ...(form === null ? ['The graph does not show how boxes are written; these families give x1, y1, x2, y2.'] : []),
      ...evidence,
      ...(isActivated ? [] : ['Class scores are raw: the sigmoid is applied here.']),
      ...feeding.evidence,
    ],
    warnings: [
      ...(form === null
        ? ['Boxes are taken for x1, y1, x2, y2; if they lie wrong, try centre and size in the specification.']
        : []),
      ...feeding.warnings,
    ],
    reading: {
      ...gridOf(grid),
      head: `boxes [1, ${shape.first}, ${shape.second}] and scores [1, ${scores.output.shape.join(', ')}], decoded`,
      outputs,
      anchorsPerCell: 1,
      classes,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      rows,
      decodedInGraph: true,
      nmsInGraph: false,
      input: feeding.reading,
    },
  };
}

/** As the exporter's names tell it; corners beside scores with the classes first are PP-YOLOE's, which stretches pictures. */
function chooseInput(model: ModelFacts, made: Pick<HeadSpec, 'outputs' | 'rows'>, isPaddle: boolean): InputGuess {
  const guess = finishedInput(model, made);
  if (guess.evidence.length > 0 || !isPaddle) return guess;
  return {
    reading: { ...guess.reading, resize: 'stretch' },
    evidence: ['Scores with the classes first, as PP-YOLOE gives them: pictures are stretched to the input.'],
    warnings: guess.warnings,
  };
}
