import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { tensorsIn } from '../../models/graph/externalData.ts';
import { encodeModel } from '../../models/graph/write.ts';
import { makeBaseModels } from './baseModels.ts';
import { byteChanges } from './byteChanges.ts';
import { type Dice, makeDice } from './dice.ts';
import { fieldChanges } from './fieldChanges.ts';
import { graphChanges, type ModelChange } from './graphChanges.ts';
import { tensorChanges } from './tensorChanges.ts';

/** A damaged file. */
export interface FuzzCase {
  /** What it was made from and how. */
  readonly title: string;
  readonly bytes: Uint8Array;
}

const modelChanges: Readonly<Record<string, ModelChange>> = {
  ...graphChanges,
  ...Object.fromEntries(
    Object.entries(tensorChanges).map(([name, change]): [string, ModelChange] => [
      name,
      (_, graph, dice) => {
        const tensor = dice.pick([...tensorsIn(graph)]);
        if (tensor !== undefined) change(tensor, dice);
      },
    ]),
  ),
};

/** Spreads a seed and a number over all 32 bits, so that neighbouring cases have nothing in common. */
function mix(seed: number, index: number): number {
  return Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
}

/** Makes cases by number; the same seed and number give the same bytes, whatever was made before. */
export function caseMaker(seed: number): (index: number) => FuzzCase {
  const bases = makeBaseModels();
  return (index) => {
    const dice = makeDice(mix(seed, index));
    // The sample is large beside the tiny models, and there is less to be hit in it.
    const base = dice.chance(0.05) ? bases.at(-1) : bases[dice.below(bases.length - 1)];
    const other = dice.pick(bases);
    if (base === undefined || other === undefined) throw new Error('There is no model to begin with.');
    const kind = dice.below(10);
    const { title, bytes } = kind < 6 ? changeModel(base.bytes, dice) : changeBytes(base.bytes, dice, other.bytes);
    return { title: `${base.name}: ${title}`, bytes };
  };
}

function changeBytes(bytes: Uint8Array, dice: Dice, other: Uint8Array): FuzzCase {
  const changes = dice.chance(0.5) ? byteChanges : fieldChanges;
  const title = dice.pick(Object.keys(changes)) ?? '';
  return { title, bytes: changes[title]?.(bytes, dice, other) ?? bytes };
}

function changeModel(bytes: Uint8Array, dice: Dice): FuzzCase {
  const proto: ModelProto = fromBinary(ModelProtoSchema, bytes);
  const titles: string[] = [];
  for (let count = 1 + dice.below(3); count > 0; count -= 1) {
    const name = dice.pick(Object.keys(modelChanges)) ?? '';
    if (proto.graph !== undefined) modelChanges[name]?.(proto, proto.graph, dice);
    titles.push(name);
  }
  return { title: titles.join(', '), bytes: encodeModel(proto) };
}
