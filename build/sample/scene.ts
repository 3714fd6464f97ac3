import { colour, css, paintColour, shade } from './colour.ts';
import { between, chance, logBetween, pick, type Random, wholeBetween } from './random.ts';
import { fillEllipse, type LightSide, type Pen, type Sprite } from './sprite.ts';
import { ball } from './things/ball.ts';
import { type BookPose, book } from './things/book.ts';
import { clutter } from './things/clutter.ts';
import { mug } from './things/mug.ts';
import { plant } from './things/plant.ts';
import { paintWall } from './wall.ts';
import { fillWood } from './wood.ts';

/** The classes of the sample, in the order of their numbers in the label files. */
export const classNames = ['mug', 'book', 'ball', 'plant'] as const;
export type ClassName = (typeof classNames)[number];

/** A thing at its place in the picture; `className` is null for clutter. */
export interface PlacedThing {
  readonly className: ClassName | null;
  readonly sprite: Sprite;
  /** Where the thing stands, in picture pixels. */
  readonly x: number;
  readonly y: number;
  /** Turn about the middle of the thing, in radians, clockwise. */
  readonly turn: number;
  /** Whether it stands on a surface and so throws a shadow below itself, or lies on it and is seen from above. */
  readonly rests: 'standing' | 'lying';
}

/** A picture before it is drawn: its background and its things from back to front. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly light: LightSide;
  readonly paintBackground: (pen: Pen) => void;
  readonly things: readonly PlacedThing[];
}

const pictureSizes = [
  [640, 480],
  [640, 480],
  [480, 640],
  [512, 512],
  [640, 427],
  [640, 360],
] as const;

/** Thinks up a scene: the same random sequence gives the same scene. */
export function planScene(random: Random): Scene {
  const [width, height] = pick(random, pictureSizes);
  const light = chance(random, 0.5) ? 1 : -1;
  const plan = pick(random, [deskScene, deskScene, shelfScene, shelfScene, floorScene, tableTopScene]);
  return plan(random, width, height, light);
}

/** How tall things of a class are beside each other: a mug is 1. */
const naturalSizes = { mug: 1, book: 1.35, ball: 1, plant: 1.75 } as const satisfies Record<ClassName, number>;

function makeThing(
  random: Random,
  className: ClassName | null,
  unit: number,
  light: LightSide,
  poses: readonly [BookPose, ...BookPose[]],
): Sprite {
  const size = unit * between(random, 0.8, 1.25);
  switch (className) {
    case 'mug':
      return mug(random, size * naturalSizes.mug, light);
    case 'book':
      return book(random, size * naturalSizes.book, light, pick(random, poses));
    case 'ball':
      return ball(random, size * naturalSizes.ball, light);
    case 'plant':
      return plant(random, size * naturalSizes.plant, light);
    case null:
      return clutter(random, size * between(random, 0.8, 1.5), light);
  }
}

function chooseClass(random: Random): ClassName | null {
  return chance(random, 0.2) ? null : pick(random, classNames);
}

function deskScene(random: Random, width: number, height: number, light: LightSide): Scene {
  const horizon = height * between(random, 0.3, 0.6);
  const unit = logBetween(random, 40, 135) * (width / 640);
  const count = Math.round(between(random, 4, 8) * (110 / unit) ** 0.4);
  const things = scatter(random, count, (x) => {
    const depth = random();
    const y = horizon + (height - horizon) * (0.1 + 0.85 * depth);
    const scale = unit * (0.72 + 0.5 * depth);
    const className = chooseClass(random);
    const sprite = makeThing(random, className, scale, light, ['cover', 'flat', 'flat', 'open', 'open']);
    const tilt = className === 'ball' ? between(random, -3, 3) : between(random, -0.05, 0.05);
    return { className, sprite, x: x * width, y, turn: tilt, rests: 'standing' };
  });
  const paintBackground = (pen: Pen): void => {
    paintWall(pen, random, width, horizon + 2);
    paintTable(pen, random, { x: 0, y: horizon, width, height: height - horizon });
  };
  return {
    width,
    height,
    light,
    paintBackground,
    things: [...things, ...stackBooks(random, unit, light, things)].toSorted(byDepth),
  };
}

function floorScene(random: Random, width: number, height: number, light: LightSide): Scene {
  const horizon = height * between(random, 0.15, 0.4);
  const unit = logBetween(random, 32, 115) * (width / 640);
  const things = scatter(random, wholeBetween(random, 5, 10), (x) => {
    const depth = random();
    const className = chance(random, 0.3) ? 'ball' : chooseClass(random);
    const sprite = makeThing(random, className, unit * (0.6 + 0.8 * depth), light, ['flat', 'open', 'open', 'cover']);
    const turn = className === 'ball' ? between(random, -3, 3) : between(random, -0.05, 0.05);
    return {
      className,
      sprite,
      x: x * width,
      y: horizon + (height - horizon) * (0.08 + 0.88 * depth),
      turn,
      rests: 'standing',
    };
  });
  const wood = colour(between(random, 18, 36), between(random, 24, 50), between(random, 32, 66));
  const rug = paintColour(random);
  const paintBackground = (pen: Pen): void => {
    paintWall(pen, random, width, horizon);
    fillWood(pen, random, wood, { x: 0, y: horizon, width, height: height - horizon }, wholeBetween(random, 5, 9));
    pen.fillStyle = css(colour(40, 18, between(random, 76, 94)));
    pen.fillRect(0, horizon - height * 0.03, width, height * 0.03);
    if (chance(random, 0.6)) {
      const x = between(random, 0.3, 0.7) * width;
      const y = horizon + (height - horizon) * 0.6;
      for (const [part, change] of [
        [1, -6],
        [0.88, 14],
        [0.8, 0],
        [0.45, 10],
      ] as const) {
        pen.fillStyle = css(shade(rug, change));
        fillEllipse(pen, x, y, width * 0.42 * part, (height - horizon) * 0.34 * part);
      }
    }
  };
  return { width, height, light, paintBackground, things: things.toSorted(byDepth) };
}

function shelfScene(random: Random, width: number, height: number, light: LightSide): Scene {
  const boards = wholeBetween(random, 1, 3);
  const gap = height / (boards + 0.35);
  const thickness = Math.max(6, gap * 0.07);
  const things: PlacedThing[] = [];
  for (let board = 0; board < boards; board++) {
    const y = gap * (board + 1) - thickness * 0.4;
    let x = between(random, -0.02, 0.1) * width;
    while (x < width * 0.97) {
      const unit = gap * between(random, 0.26, 0.46);
      const className = chooseClass(random);
      const row = className === 'book' && chance(random, 0.6) ? wholeBetween(random, 1, 5) : 1;
      for (let index = 0; index < row; index++) {
        const poses: readonly [BookPose, ...BookPose[]] = row > 1 ? ['spine'] : ['cover', 'cover', 'spine', 'flat'];
        const sprite = makeThing(random, className, unit, light, poses);
        const lean = className === 'ball' ? between(random, -3, 3) : 0;
        things.push({ className, sprite, x: x + sprite.width / 2, y, turn: lean, rests: 'standing' });
        x += sprite.width * (row > 1 ? 1.04 : between(random, 0.8, 1.25));
      }
      x += chance(random, 0.35) ? gap * between(random, 0.1, 0.7) : gap * 0.06;
    }
  }
  const wood = chance(random, 0.3)
    ? colour(40, 20, 90)
    : colour(between(random, 18, 36), between(random, 26, 52), between(random, 30, 64));
  const paintBackground = (pen: Pen): void => {
    paintWall(pen, random, width, height);
    for (let board = 0; board < boards; board++) {
      const y = gap * (board + 1) - thickness;
      fillWood(pen, random, shade(wood, 7), { x: 0, y, width, height: thickness * 0.7 }, 1);
      fillWood(pen, random, shade(wood, -9), { x: 0, y: y + thickness * 0.65, width, height: thickness * 0.7 }, 1);
      const shadow = pen.createLinearGradient(0, y + thickness, 0, y + thickness + gap * 0.22);
      shadow.addColorStop(0, 'rgba(15,8,25,0.4)');
      shadow.addColorStop(1, 'rgba(15,8,25,0)');
      pen.fillStyle = shadow;
      pen.fillRect(0, y + thickness * 1.3, width, gap * 0.22);
    }
  };
  return { width, height, light, paintBackground, things };
}

/** Seen from above: things lie at any turn. */
function tableTopScene(random: Random, width: number, height: number, light: LightSide): Scene {
  const unit = logBetween(random, 55, 140) * (width / 640);
  const things = scatter(random, wholeBetween(random, 4, 9), (x) => {
    const className = chooseClass(random);
    const sprite = makeThing(random, className, unit, light, ['cover', 'cover', 'open', 'open', 'spine']);
    const turn = className === 'mug' || className === 'plant' ? between(random, -0.7, 0.7) : between(random, -3.1, 3.1);
    return { className, sprite, x: x * width, y: between(random, 0.2, 1.02) * height, turn, rests: 'lying' };
  });
  const paintBackground = (pen: Pen): void => paintTable(pen, random, { x: 0, y: 0, width, height });
  return { width, height, light, paintBackground, things };
}

function paintTable(
  pen: Pen,
  random: Random,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  if (chance(random, 0.65)) {
    const wood = colour(between(random, 16, 38), between(random, 22, 55), between(random, 28, 70));
    fillWood(pen, random, wood, area, wholeBetween(random, 2, 6));
  } else {
    const cloth = shade(paintColour(random), 14);
    pen.fillStyle = css({ ...cloth, saturation: cloth.saturation * 0.6 });
    pen.fillRect(area.x, area.y, area.width, area.height);
    if (chance(random, 0.5)) {
      const gap = between(random, 18, 50);
      pen.fillStyle = css(shade(cloth, 12), 0.4);
      for (let x = area.x; x < area.x + area.width; x += gap * 2) {
        pen.fillRect(x, area.y, gap, area.height);
      }
      for (let y = area.y; y < area.y + area.height; y += gap * 2) {
        pen.fillRect(area.x, y, area.width, gap);
      }
    }
  }
  const depth = pen.createLinearGradient(0, area.y, 0, area.y + area.height);
  depth.addColorStop(0, 'rgba(15,8,30,0.22)');
  depth.addColorStop(0.3, 'rgba(15,8,30,0)');
  depth.addColorStop(1, 'rgba(255,245,225,0.1)');
  pen.fillStyle = depth;
  pen.fillRect(area.x, area.y, area.width, area.height);
}

/** Spreads things over the width and mostly keeps them apart; some are left to overlap. */
function scatter(random: Random, count: number, make: (x: number) => PlacedThing): readonly PlacedThing[] {
  const things: PlacedThing[] = [];
  for (let attempt = 0; attempt < count * 5 && things.length < count; attempt++) {
    const thing = make(between(random, 0.03, 0.97));
    const crowded = things.some((other) => overlaps(thing, other));
    if (!crowded || chance(random, 0.12)) {
      things.push(thing);
    }
  }
  return things;
}

function overlaps(one: PlacedThing, other: PlacedThing): boolean {
  const apartX = Math.abs(one.x - other.x) / (one.sprite.width + other.sprite.width);
  const apartY =
    Math.abs(one.y - one.sprite.height / 2 - other.y + other.sprite.height / 2) /
    (one.sprite.height + other.sprite.height);
  return apartX < 0.42 && apartY < 0.42;
}

/** Puts further closed books on top of some of those that lie flat on a desk. */
function stackBooks(
  random: Random,
  unit: number,
  light: LightSide,
  things: readonly PlacedThing[],
): readonly PlacedThing[] {
  const flat = things.filter(({ className, sprite }) => className === 'book' && sprite.height < sprite.width * 0.4);
  return flat.flatMap(({ x, y, sprite }) => {
    if (chance(random, 0.5)) {
      return [];
    }
    const upper = book(random, Math.min(sprite.width * 0.92, unit * 1.5), light, 'flat');
    return [
      {
        className: 'book',
        sprite: upper,
        x: x + between(random, -0.05, 0.05) * sprite.width,
        y: y - sprite.height * 0.93,
        turn: 0,
        rests: 'standing',
      } as const,
    ];
  });
}

function byDepth(one: PlacedThing, other: PlacedThing): number {
  return one.y - other.y;
}
