import { TensorProto_DataType as DataType, type TensorProto, TensorProto_DataLocation } from 'onnx-buf';
import type { Dice } from './dice.ts';

/** Sizes that are negative, empty, large, or so large that products of them overflow. */
const oddSizes = [0n, -1n, -2n, 1n, 2n, 7n, 65_536n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 40n, 2n ** 62n, -(2n ** 63n)];

export const oddSize = (dice: Dice): bigint => dice.pick(oddSizes) ?? 0n;

/** Element types that are few, many or unknown. */
export const oddType = (dice: Dice): number =>
  dice.chance(0.8) ? dice.below(27) : (dice.pick([99, -1, 2 ** 20]) ?? 0);

const locations = ['', 'weights.bin', 'missing.bin', '../weights.bin', '/etc/hostname', '.', 'a'.repeat(5000), 'x\0y'];
const places = ['0', '1', '-1', '4096', '1e3', 'x', '18446744073709551616', '999999999999'];

/** Changes of one constant. */
export const tensorChanges: Readonly<Record<string, (tensor: TensorProto, dice: Dice) => void>> = {
  'a dimension of a constant': (tensor, dice) => {
    const axis = dice.below(tensor.dims.length + 1);
    tensor.dims[axis] = oddSize(dice);
  },
  'a dimension more or less': (tensor, dice) => {
    if (dice.chance(0.5)) tensor.dims.push(dice.chance(0.7) ? 1n : oddSize(dice));
    else tensor.dims.splice(dice.below(tensor.dims.length), 1);
  },
  'dimensions turned round': (tensor) => {
    tensor.dims.reverse();
  },
  'the type of a constant': (tensor, dice) => {
    tensor.dataType = oddType(dice);
  },
  'data cut': (tensor, dice) => {
    tensor.rawData = tensor.rawData.slice(0, dice.below(1 + tensor.rawData.byteLength));
  },
  'data in two places': (tensor, dice) => {
    tensor.floatData = Array.from({ length: dice.below(20) }, () => 1);
    tensor.int64Data = [1n, 2n];
  },
  'data in the typed list': (tensor, dice) => {
    tensor.rawData = new Uint8Array();
    if (dice.chance(0.5)) tensor.floatData = [1, 2, 3];
    else tensor.int32Data = [1, 2, 3];
  },
  'odd floats': (tensor, dice) => {
    if (tensor.dataType !== DataType.FLOAT) return;
    const values = new Float32Array(Math.floor(tensor.rawData.byteLength / 4));
    values.fill(dice.pick([Number.NaN, Number.POSITIVE_INFINITY, 3e38, 1e-40, 0, -1]) ?? 0);
    tensor.rawData = new Uint8Array(values.buffer);
  },
  'odd whole numbers': (tensor, dice) => {
    if (tensor.dataType !== DataType.INT64) return;
    const values = new BigInt64Array(new Uint8Array(tensor.rawData).buffer);
    values[dice.below(values.length)] = oddSize(dice);
    tensor.rawData = new Uint8Array(values.buffer);
  },
  'data elsewhere': (tensor, dice) => {
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    if (dice.chance(0.5)) tensor.rawData = new Uint8Array();
    const entries: [string, string][] = [['location', dice.pick(locations) ?? '']];
    if (dice.chance(0.7)) entries.push(['offset', dice.pick(places) ?? '']);
    if (dice.chance(0.7)) entries.push(['length', dice.chance(0.5) ? '864' : (dice.pick(places) ?? '')]);
    tensor.externalData = entries.map(([key, value]) => ({ $typeName: 'onnx.StringStringEntryProto', key, value }));
  },
};
