import { findStrides } from '../levels.ts';
import { type Head, type HeadSpec, hasObjectness, joinedShape, namesPoints, orderStrides } from './head.ts';
import { readCentredBox, readScoreWithObjectness, scoreWithObjectness } from './objectness.ts';

/**
 * YOLOv5 and v7: [1, N, 5+C] with three anchors a cell, boxes decoded to centre and size in input pixels, objectness and
 * class scores activated. YOLOv6 exports of the same form have one prediction a cell and an objectness of 1.
 */
export const v5Head: Head = {
  family: 'v5',

  recognise(model, output) {
    const shape = joinedShape(output.dims);
    if (shape === null || shape.second < 6) return null;
    const { first: count, second: channels } = shape;
    const classes = channels - 5;
    for (const anchorsPerCell of [3, 1]) {
      const strides = findStrides(model.size, count, anchorsPerCell);
      if (strides === null) continue;
      const decoded = ['Mul', 'Pow', 'Add', 'Sub', 'QLinearMul', 'QLinearAdd'].some((name) =>
        output.afterActivation.has(name),
      );
      if (anchorsPerCell === 1 && (!decoded || output.afterActivation.has('Exp'))) return null;
      const objectness = anchorsPerCell === 3 ? true : hasObjectness(output, channels);
      const evidence = [
        `Output "${output.name}" is [1, ${count}, ${channels}]: ${count} is ${anchorsPerCell} x the number of cells of the ` +
          `strides ${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}.`,
      ];
      // One prediction a cell is rare in this form, so that other readings come first.
      const base = anchorsPerCell === 3 ? 2 : 1;
      const points = base + (objectness === null ? 0 : objectness ? 3 : -3) + namesPoints(model, classes);
      if (!decoded) {
        return {
          points,
          evidence,
          reading: {
            unsupported:
              `its output "${output.name}" [1, ${count}, ${channels}] is a YOLOv5 head whose sigmoid is applied in the graph ` +
              'but whose grid and anchors are not (as YOLOv5-lite exports it); this form is not supported yet',
          },
        };
      }
      const reading: HeadSpec = {
        head: `[1, ${count}, 5+${classes}], boxes decoded, score = objectness x class`,
        order: 'box-major',
        strides: orderStrides(output, count, strides),
        anchorsPerCell,
        classes,
        decodedInGraph: true,
        nmsInGraph: false,
        input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
      };
      return {
        points,
        evidence: [...evidence, 'Arithmetic follows the last activation: the graph applies grid and anchors itself.'],
        reading,
      };
    }
    return null;
  },

  scorePredictions: scoreWithObjectness,
  readScore: readScoreWithObjectness,
  readBox(raw, spec, index, _cell, box) {
    readCentredBox(raw, spec, index, box);
  },
};
