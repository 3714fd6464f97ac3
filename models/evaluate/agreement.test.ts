import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDetector } from '../detect/detector.ts';
import { writeModel } from '../graph/write.ts';
import { recordingContext } from '../testing/context.ts';
import { type FixedBox, fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { measureAgreement } from './agreement.ts';

const folder = temporaryFolder();
const options = { confidence: 0.25, iou: 0.7, maxDetections: 300 };

async function open(name: string, boxes: readonly FixedBox[], classNames?: readonly string[]) {
  const path = join(folder, name);
  await writeModel(path, fixedDetector(boxes, classNames));
  return openDetector(path);
}

const cup: FixedBox = { classId: 0, score: 0.9, box: [8, 8, 40, 40] };
const weakBall: FixedBox = { classId: 1, score: 0.3, box: [44, 44, 60, 60] };
const images = [await writePicture(join(folder, 'a.png')), await writePicture(join(folder, 'b.jpg'), 128, 64, 2)];

describe('measureAgreement', () => {
  it('sums over pictures and lists each one', async () => {
    const baseline = await open('both.onnx', [cup, weakBall]);
    const variant = await open('cup.onnx', [cup]);
    const result = await measureAgreement(baseline, variant, images, options, recordingContext().context);
    // A cup kept and a ball lost on each of two pictures: F1 is 4 / (4 + 2).
    expect(result.agreement).toMatchObject({ matched: 2, lost: 2, extra: 0, f1: 4 / 6, images: 2, meanIou: 1 });
    expect(result.images).toMatchObject(images.map((path) => ({ path, lost: 1, extra: 0, moved: 0, changedClass: 0 })));
    // Above the weak ball's score there is nothing to lose.
    const strict = { ...options, confidence: 0.5 };
    const again = await measureAgreement(baseline, variant, images, strict, recordingContext().context);
    expect(again.agreement.f1).toBe(1);
  });

  it('leaves unreadable pictures out, lists them, and stops when cancelled', async () => {
    const detector = await open('one.onnx', [cup]);
    const broken = join(folder, 'broken.jpg');
    await writeFile(broken, 'no picture');
    const { context, controller } = recordingContext();
    const { agreement, unreadable } = await measureAgreement(detector, detector, [broken, ...images], options, context);
    expect(agreement).toMatchObject({ images: 2, f1: 1 });
    expect(unreadable.map((picture) => picture.path)).toEqual([broken]);
    await expect(measureAgreement(detector, detector, [], options, context)).rejects.toMatchObject({
      code: 'no-images',
    });
    controller.abort();
    await expect(measureAgreement(detector, detector, images, options, context)).rejects.toThrow();
  });

  it('refuses models made for other things', async () => {
    const baseline = await open('two.onnx', [cup]);
    const variant = await open('three.onnx', [cup], ['tree', 'car', 'sign']);
    const measured = measureAgreement(baseline, variant, images, options, recordingContext().context);
    await expect(measured).rejects.toMatchObject({ code: 'bad-input' });
  });
});
