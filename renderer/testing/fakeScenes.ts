/** Made-up pictures and what made-up models see on them. */
import { placeImage } from '../../models/geometry/letterbox.ts';
import { seededRandom } from '../../models/random.ts';
import type { CandidateSet, GridLevel, Look } from '../../models/types.ts';

export const classNames = ['disc', 'square', 'triangle', 'star'] as const;
const inputSize = 640;
const strides = [8, 16, 32] as const;

interface Thing {
  readonly classId: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}
interface FakeScene {
  readonly width: number;
  readonly height: number;
  readonly things: readonly Thing[];
  readonly seed: number;
}

/** A scene of a few things, always the same for a seed. */
export function makeScene(seed: number): FakeScene {
  const random = seededRandom(seed * 977 + 5);
  const upright = seed % 3 === 1;
  const width = upright ? 600 : 860;
  const height = upright ? 800 : 640;
  const things = Array.from({ length: 3 + Math.floor(random() * 5) }, (): Thing => {
    const size = 50 + random() * 220;
    return {
      classId: Math.floor(random() * classNames.length),
      x: size / 2 + random() * (width - size),
      y: size / 2 + random() * (height - size),
      size,
    };
  });
  return { width, height, things, seed };
}

/** Draws a scene as a JPEG address. */
export function paintScene(scene: FakeScene): string {
  const canvas = document.createElement('canvas');
  canvas.width = scene.width;
  canvas.height = scene.height;
  const context = canvas.getContext('2d');
  if (!context) return '';
  const random = seededRandom(scene.seed + 1);
  const ground = context.createLinearGradient(0, 0, scene.width, scene.height);
  ground.addColorStop(0, `hsl(${random() * 360} 30% 72%)`);
  ground.addColorStop(1, `hsl(${random() * 360} 35% 28%)`);
  context.fillStyle = ground;
  context.fillRect(0, 0, scene.width, scene.height);
  for (let mark = 0; mark < 160; mark += 1) {
    context.fillStyle = `hsl(${random() * 360} 30% ${20 + random() * 60}% / 0.35)`;
    context.fillRect(random() * scene.width, random() * scene.height, 4 + random() * 60, 2 + random() * 30);
  }
  for (const thing of scene.things) {
    context.fillStyle = `hsl(${random() * 360} 65% ${35 + random() * 35}%)`;
    context.beginPath();
    const corners = [60, 4, 3, 10][thing.classId] ?? 4;
    for (let corner = 0; corner < corners; corner += 1) {
      const inner = thing.classId === 3 && corner % 2 === 1 ? 0.22 : 0.5;
      const angle = (corner / corners) * 2 * Math.PI - Math.PI / 2 + (corners === 4 ? Math.PI / 4 : 0);
      const reach = thing.size * (corners === 4 ? 0.66 : inner);
      context.lineTo(thing.x + reach * Math.cos(angle), thing.y + reach * Math.sin(angle));
    }
    context.fill();
  }
  return canvas.toDataURL('image/jpeg', 0.85);
}

/** Candidates of a made-up model: clusters around the things; `noise` moves them and lowers their scores. */
export function lookAtScene(path: string, scene: FakeScene, noise: number): Look {
  const random = seededRandom(scene.seed * 31 + Math.round(noise * 1000));
  const placement = placeImage(scene.width, scene.height, inputSize, inputSize, 'letterbox-center');
  const levels: GridLevel[] = strides.map((stride) => {
    const side = inputSize / stride;
    return {
      stride,
      rows: side,
      columns: side,
      heat: new Float32Array(side * side),
      classIds: new Uint16Array(side * side),
    };
  });
  const count = levels.reduce((sum, level) => sum + level.rows * level.columns, 0);
  const candidates: CandidateSet = {
    count,
    boxes: new Float32Array(4 * count),
    scores: new Float32Array(count),
    classIds: new Uint16Array(count),
    levels: new Uint8Array(count),
    rows: new Uint16Array(count),
    columns: new Uint16Array(count),
    anchors: new Uint8Array(count),
  };
  let index = 0;
  for (const [levelIndex, level] of levels.entries()) {
    for (let row = 0; row < level.rows; row += 1) {
      for (let column = 0; column < level.columns; column += 1) {
        const x = ((column + 0.5) * level.stride - placement.padLeft) / placement.scaleX;
        const y = ((row + 0.5) * level.stride - placement.padTop) / placement.scaleY;
        let score = 0.012 + 0.03 * random();
        let best: Thing = { classId: Math.floor(random() * 4), x, y, size: level.stride * (1 + 3 * random()) };
        for (const thing of scene.things) {
          const fits = Math.exp(-((Math.log2(thing.size / level.stride) - 2.6) ** 2) / 1.6);
          const near = Math.exp(-((thing.x - x) ** 2 + (thing.y - y) ** 2) / (0.02 * thing.size ** 2 + 30));
          const value = 0.93 * near * fits * (1 - noise * (0.2 + random()));
          if (value > score) {
            score = value;
            best = thing;
          }
        }
        const wobble = (0.03 + 0.25 * noise) * best.size * (random() - 0.5);
        candidates.boxes.set(
          [
            best.x - best.size / 2 + wobble,
            best.y - best.size / 2,
            best.x + best.size / 2,
            best.y + best.size / 2 + wobble,
          ],
          4 * index,
        );
        candidates.scores[index] = score;
        candidates.classIds[index] = best.classId;
        candidates.levels[index] = levelIndex;
        candidates.rows[index] = row;
        candidates.columns[index] = column;
        level.heat[row * level.columns + column] = score;
        level.classIds[row * level.columns + column] = best.classId;
        index += 1;
      }
    }
  }
  return {
    image: path,
    width: scene.width,
    height: scene.height,
    placement,
    candidates,
    levels,
    classNames,
    nmsInGraph: false,
    provider: { requested: 'cpu', used: 'cpu' },
    ms: { decode: 9, preprocess: 3, inference: 53 - 20 * noise, postprocess: 1 },
  };
}
