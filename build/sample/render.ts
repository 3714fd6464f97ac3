import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { takePhoto } from './camera.ts';
import { applyLight } from './light.ts';
import { drawLayer, type Layer, measureVisible, type Visible } from './mask.ts';
import { between, chance, seededRandom } from './random.ts';
import { type ClassName, type PlacedThing, planScene, type Scene } from './scene.ts';
import type { Pen } from './sprite.ts';

/** A drawn object with the box of what can be seen of it, in picture pixels. */
export interface LabelledObject {
  readonly className: ClassName;
  readonly visible: Visible;
}

export interface Picture {
  readonly canvas: Canvas;
  readonly objects: readonly LabelledObject[];
  /** Everything that was drawn, from back to front: what the labels were measured on. */
  readonly layers: readonly Layer[];
}

/** Objects of which less can be seen are left out of the picture itself, so that no label is a matter of opinion. */
const leastShare = 0.35;
/** The shorter side of the smallest box worth a label, in pixels. */
const leastSide = 12;

/** Draws the picture of a seed and measures its labels. The same seed gives the same pixels. */
export function renderPicture(seed: number): Picture {
  const random = seededRandom(seed);
  const scene = planScene(random);
  const { width, height } = scene;
  const planned = scene.things.map(drawLayer);
  const measured = measureVisible(planned, width, height, worthDrawing);
  const layers = planned.filter((_, index) => measured[index] !== null);
  const objects = planned.flatMap(({ thing }, index) => {
    const visible = measured[index];
    return thing.className === null || visible === undefined || visible === null
      ? []
      : [{ className: thing.className, visible }];
  });
  const picture = createCanvas(width, height);
  const pen = picture.getContext('2d');
  paintBackground(pen, scene, chance(random, 0.35) ? between(random, 0.8, 3) : 0);
  for (const layer of layers) {
    paintShadow(pen, layer.thing, scene.light);
    pen.drawImage(layer.canvas, layer.left, layer.top);
  }
  applyLight(pen, random, width, height);
  return { canvas: takePhoto(picture, random), objects, layers };
}

function worthDrawing({ thing }: Layer, { left, top, right, bottom, share }: Visible): boolean {
  return thing.className === null || (share >= leastShare && Math.min(right - left, bottom - top) >= leastSide);
}

function paintBackground(pen: Pen, scene: Scene, blur: number): void {
  if (blur === 0) {
    scene.paintBackground(pen);
    return;
  }
  const background = createCanvas(scene.width, scene.height);
  scene.paintBackground(background.getContext('2d'));
  // Drawn sharp first: the blur fades at the edges of the picture.
  pen.drawImage(background, 0, 0);
  pen.filter = `blur(${blur.toFixed(2)}px)`;
  pen.drawImage(background, 0, 0);
  pen.filter = 'none';
}

function paintShadow(pen: Pen, { sprite, x, y, rests, turn }: PlacedThing, light: number): void {
  pen.save();
  if (rests === 'standing') {
    pen.translate(x - light * sprite.width * 0.14, y);
    pen.scale(1, 0.2);
    softDisc(pen, sprite.width * 0.68, 0.5);
  } else {
    pen.translate(x - light * sprite.height * 0.07, y - sprite.height / 2 + sprite.height * 0.08);
    pen.rotate(turn);
    pen.scale(sprite.width / sprite.height, 1);
    softDisc(pen, sprite.height * 0.68, 0.42);
  }
  pen.restore();
}

function softDisc(pen: Pen, radius: number, strength: number): void {
  const tone = pen.createRadialGradient(0, 0, radius * 0.3, 0, 0, radius);
  tone.addColorStop(0, `rgba(15,8,25,${strength})`);
  tone.addColorStop(1, 'rgba(15,8,25,0)');
  pen.fillStyle = tone;
  pen.fillRect(-radius, -radius, radius * 2, radius * 2);
}
