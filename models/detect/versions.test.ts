import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { newestIrVersion, newestOpset } from '../graph/validate.ts';
import { encodeModel } from '../graph/write.ts';
import { declareTensor } from '../testing/draft.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { fixedOutputModel } from '../testing/tinyModels.ts';
import { openDetector } from './detector.ts';

const folder = temporaryFolder();
const rows = 7;
/** Cells of an input of 64: 8 x 8, 4 x 4 and 2 x 2. */
const predictions = 84;

/** A v8-style detector that finds one thing whatever the picture: centre (20, 24), 16 x 8, class 1, score 0.75. */
function oneBox(opset: number, irVersion: number): ModelProto {
  const values = new Float32Array(rows * predictions);
  for (const [row, value] of [20, 24, 16, 8, 0, 0.75, 0].entries()) values[row * predictions + 5] = value;
  const proto = fixedOutputModel(64, [1, rows, predictions], values);
  proto.irVersion = BigInt(irVersion);
  for (const entry of proto.opsetImport) entry.version = BigInt(opset);
  // Until IR version 3 every constant is declared as an input as well.
  const constants = proto.graph?.initializer ?? [];
  if (irVersion <= 3)
    proto.graph?.input.push(...constants.map(({ name, dims }) => declareTensor(name, dims.map(Number))));
  return proto;
}

async function findIn(opset: number, irVersion: number) {
  const path = join(folder, `opset ${opset} ir ${irVersion}.onnx`);
  await writeFile(path, encodeModel(oneBox(opset, irVersion)));
  const detector = await openDetector(path);
  try {
    const picture = { width: 64, height: 64, rgba: new Uint8Array(4 * 64 * 64) };
    const settings = { confidence: 0.25, iou: 0.7, maxDetections: 10, multiLabel: false };
    return (await detector.detect(picture, settings)).detections;
  } finally {
    await detector.close();
  }
}

const found = [expect.objectContaining({ classId: 1, score: 0.75, box: [12, 20, 28, 28] })];

describe('versions of the format', () => {
  it(`opsets 7 to ${newestOpset} run`, async () => {
    for (let opset = 7; opset <= newestOpset; opset += 1)
      expect(await findIn(opset, 8), `opset ${opset}`).toEqual(found);
  });

  it(`IR versions 3 to ${newestIrVersion} run`, async () => {
    for (let version = 3; version <= newestIrVersion; version += 1) {
      expect(await findIn(11, version), `IR version ${version}`).toEqual(found);
    }
  });
});
