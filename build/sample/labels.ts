import type { LabelledObject } from './render.ts';
import { classNames } from './scene.ts';

/** The label file of a picture in YOLO format: class, centre and size as parts of the picture's width and height. */
export function writeLabels(objects: readonly LabelledObject[], width: number, height: number): string {
  const lines = objects.map(({ className, visible: { left, top, right, bottom } }) => {
    const numbers = [
      (left + right) / 2 / width,
      (top + bottom) / 2 / height,
      (right - left) / width,
      (bottom - top) / height,
    ];
    return `${classNames.indexOf(className)} ${numbers.map((value) => value.toFixed(6)).join(' ')}\n`;
  });
  return lines.join('');
}
