import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, equals, type MessageInitShape } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { openSession } from '../testing/parity.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { readModel } from './read.ts';
import { refuseOverwrite } from './refuseOverwrite.ts';
import { newestIrVersion, newestOpset } from './validate.ts';
import { encodeModel, writeModel } from './write.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright-read-ü '));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The error of opening a file, as code, message and hint in one text. */
async function faultOf(path: string): Promise<string> {
  try {
    await readModel(path);
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    expect(error.message).toContain(path);
    return `${error.code}: ${error.message.replace(path, 'FILE')} ${error.hint ?? ''}`;
  }
  return 'opened';
}

/** Changes a tiny model before it is written. */
async function putChanged(name: string, change: (proto: ModelProto) => void): Promise<string> {
  const proto = siluNet();
  change(proto);
  return put(name, encodeModel(proto));
}

describe('readModel', () => {
  it('reads back what writeModel wrote', async () => {
    const proto = tinyV8();
    const path = join(folder, 'round trip.onnx');
    const written = await writeModel(path, proto);
    const model = await readModel(path);
    expect(equals(ModelProtoSchema, model.proto, proto)).toBe(true);
    expect({ bytes: model.bytes, sha256: model.sha256 }).toEqual(written);
    expect(encodeModel(model.proto)).toEqual(encodeModel(proto));
  });

  it('keeps fields it does not know', async () => {
    // Field 1000, length-delimited, three bytes: 1000 * 8 + 2 = 8002 = 0xc2 0x3e as a varint.
    const unknown = [0xc2, 0x3e, 3, 7, 8, 9];
    const path = await put('unknown field.onnx', new Uint8Array([...encodeModel(siluNet()), ...unknown]));
    const again = encodeModel((await readModel(path)).proto);
    expect([...again.subarray(-6)]).toEqual(unknown);
  });

  const foreign: readonly [string, Uint8Array | string, RegExp][] = [
    ['empty', '', /not-onnx: FILE .* empty \(0 bytes\)/],
    ['blank', '\r\n', /not-onnx: FILE .*2 bytes of blank text/],
    [
      'page',
      '<!DOCTYPE html><title>404 Not Found</title>',
      /not-onnx: FILE .*HTML page \("404 Not Found"\), perhaps an error page/,
    ],
    [
      'pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12851049\n',
      /Git LFS pointer.*12,851,049 bytes.*git lfs pull/,
    ],
    ['text', 'Apache License\nVersion 2.0', /looks like a text file/],
    ['json', '{"a": 1}', /looks like a JSON file/],
    ['xml', '<?xml version="1.0"?><net/>', /looks like an XML file/],
    ['jpeg', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70]), /looks like a JPEG picture/],
    ['png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /looks like a PNG picture/],
    ['zip', 'PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaareadme.txt', /looks like a zip archive/],
    ['torch', 'PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaabest/data.pkl', /PyTorch checkpoint.*Export it to ONNX/],
    ['tflite', '\x1c\0\0\0TFL3\0\0', /looks like a TensorFlow Lite model.*Export/],
    ['safetensors', '\x40\0\0\0\0\0\0\0{"__metadata__":{}}', /looks like a safetensors file/],
    ['keras', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), /HDF5/],
    ['pickle', Buffer.from('\x80\x02}q\x00', 'latin1'), /Python pickle/],
    ['noise', new Uint8Array(64).fill(0xf7), /not-onnx: FILE is not an ONNX model/],
  ];
  it.each(foreign)('says what a file that is no model seems to be: %s', async (name, content, expected) => {
    expect(await faultOf(await put(`${name}.onnx`, content))).toMatch(expected);
  });

  it('says how much of a cut file is missing at least', async () => {
    const whole = encodeModel(siluNet());
    const path = await put('cut.onnx', whole.subarray(0, 1000));
    // Nothing follows the graph in this file but the 5 bytes of its opset import, which may be missing without being missed.
    const fault = await faultOf(path);
    const least = Number(/at least ([\d,]+)/.exec(fault)?.[1]?.replaceAll(',', ''));
    expect(fault).toMatch(/model-corrupt: FILE is cut short: it has 1,000 bytes/);
    expect(whole.byteLength - least).toBeGreaterThanOrEqual(0);
    expect(whole.byteLength - least).toBeLessThan(10);
  });

  it('says near which byte a file is damaged', async () => {
    const bytes = encodeModel(siluNet());
    bytes.fill(0xff, 300, 400);
    const fault = await faultOf(await put('damaged.onnx', bytes));
    expect(fault).toMatch(/model-corrupt: FILE is damaged near byte \d+ of/);
    const place = Number(/near byte (\d+)/.exec(fault)?.[1]);
    expect(Math.abs(place - 350)).toBeLessThan(200);
  });

  it('names versions that are too new, and the newest it knows', async () => {
    const newOpset = await putChanged('opset.onnx', (proto) => {
      for (const entry of proto.opsetImport) entry.version = 99n;
    });
    expect(await faultOf(newOpset)).toMatch(/model-unsupported: FILE uses ONNX opset 99; the newest .* is 26/);
    const newIr = await putChanged('ir.onnx', (proto) => {
      proto.irVersion = 99n;
    });
    expect(await faultOf(newIr)).toMatch(/model-unsupported: FILE has ONNX IR version 99; the newest .* is 13/);
  });

  it('knows the newest versions the runtime opens', async () => {
    const withVersions = (irVersion: number, opset: number) => {
      const proto = siluNet();
      proto.irVersion = BigInt(irVersion);
      for (const entry of proto.opsetImport) entry.version = BigInt(opset);
      return openSession(proto).then((session) => session.release());
    };
    await withVersions(newestIrVersion, newestOpset);
    await expect(withVersions(newestIrVersion + 1, newestOpset)).rejects.toThrow(/Unsupported model IR version/);
    await expect(withVersions(newestIrVersion, newestOpset + 1)).rejects.toThrow(/till opset/);
  });

  it('refuses graphs that are missing or cannot give anything', async () => {
    const without = (change: (proto: ModelProto) => void) => putChanged('less.onnx', change).then(faultOf);
    expect(await without((proto) => delete proto.graph)).toMatch(/model-corrupt: FILE .*holds no graph/);
    expect(await without((proto) => proto.graph?.output.splice(0))).toMatch(/declares no outputs/);
    expect(await without((proto) => proto.graph?.node.splice(0))).toMatch(/without any node/);
    expect(
      await without((proto) => {
        for (const tensor of proto.graph?.initializer ?? []) tensor.dims = [7n];
      }),
    ).toMatch(/tensor "first.weight" has 864 bytes where its shape \[7\] needs 28/);
  });

  it('refuses constants that are not as their shapes say', async () => {
    const withTensor = (change: (tensor: TensorProto) => void) =>
      putChanged('tensor.onnx', (proto) => {
        for (const tensor of proto.graph?.initializer ?? []) if (tensor.name === 'first.weight') change(tensor);
      }).then(faultOf);
    const unsized = withTensor((tensor) => {
      tensor.rawData = new Uint8Array();
      tensor.floatData = [1, 2, 3];
    });
    expect(await unsized).toMatch(
      /model-corrupt: FILE: tensor "first.weight" has 3 values where its shape .* needs 216/,
    );
    const negative = withTensor((tensor) => {
      tensor.dims = [-1n, -216n];
    });
    expect(await negative).toMatch(/has the shape \[-1, -216\], with a size below 0/);
    const untyped = withTensor((tensor) => {
      tensor.dataType = 0;
    });
    expect(await untyped).toMatch(/holds values of the unknown type 0/);
    const text = withTensor((tensor) => {
      tensor.dataType = DataType.STRING;
    });
    expect(await text).toMatch(/holds string as 864 bytes/);
  });

  it('takes constants in typed lists, however they are packed', async () => {
    const path = await putChanged('typed.onnx', (proto) => {
      const add = (dataType: DataType, dims: bigint[], values: MessageInitShape<typeof TensorProtoSchema>) =>
        proto.graph?.initializer.push(
          Object.assign(create(TensorProtoSchema, values), { name: `of ${dataType}`, dataType, dims }),
        );
      add(DataType.FLOAT, [2n], { floatData: [1, 2] });
      add(DataType.COMPLEX64, [2n], { floatData: [1, 2, 3, 4] });
      // Two in a byte, the last of three alone.
      add(DataType.INT4, [3n], { int32Data: [0x21, 3] });
      add(DataType.BOOL, [2n], { int32Data: [1, 0] });
      add(DataType.UINT32, [1n], { uint64Data: [7n] });
      add(DataType.STRING, [1n, 2n], { stringData: [new Uint8Array(), Uint8Array.of(65)] });
      add(DataType.DOUBLE, [0n, 5n], {});
    });
    expect(await faultOf(path)).toBe('opened');
  });

  it('refuses messages nested without end', async () => {
    // value_info (13) of the graph (7), whose type (2) is a sequence (4) of sequences (1, 4) ...
    const wrap = (tag: number, inner: Uint8Array) => {
      const length = inner.byteLength;
      return Uint8Array.from([
        tag * 8 + 2,
        0x80 | (length % 128),
        0x80 | (Math.floor(length / 128) % 128),
        length >> 14,
        ...inner,
      ]);
    };
    let type: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 60; depth += 1) type = wrap(4, wrap(1, type));
    const path = await put('deep.onnx', Buffer.concat([encodeModel(siluNet()), wrap(7, wrap(13, wrap(2, type)))]));
    expect(await faultOf(path)).toMatch(/model-corrupt: FILE .*lie more than 100 deep/);
  });

  it('tells missing files, folders and forbidden ones apart', async () => {
    expect(await faultOf(join(folder, 'nowhere.onnx'))).toMatch(/file-not-found: FILE does not exist/);
    expect(await faultOf(folder)).toMatch(/file-unreadable: FILE is a folder/);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('names a lack of permission', async () => {
    const path = join(folder, 'secret.onnx');
    await writeFile(path, encodeModel(siluNet()), { mode: 0o000 });
    expect(await faultOf(path)).toMatch(/permission was denied/);
  });
});

/** Writes a model whose weights lie in `location`, and the weight file itself unless told otherwise. */
async function putExternal(
  name: string,
  location: string,
  change: { cut?: boolean; length?: string } = {},
): Promise<string> {
  const proto = siluNet();
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of proto.graph?.initializer ?? []) {
    const entries = { location, offset: `${offset}`, length: change.length ?? `${tensor.rawData.byteLength}` };
    parts.push(tensor.rawData);
    offset += tensor.rawData.byteLength;
    tensor.rawData = new Uint8Array();
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    tensor.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
  }
  const weights = Buffer.concat(parts);
  await put(`${name}.data`, change.cut === true ? weights.subarray(0, 2000) : weights);
  return put(`${name}.onnx`, encodeModel(proto));
}

describe('external data', () => {
  it('is loaded from the folder of the model', async () => {
    const path = await putExternal('outside', 'outside.data');
    const model = await readModel(path);
    expect(equals(ModelProtoSchema, model.proto, siluNet())).toBe(true);
    // 3 * 8 * 9 + 8 + 8 * 4 * 9 + 4 floats.
    expect(model.externalFiles.map((file) => file.bytes)).toEqual([516 * 4]);
  });

  it('is refused from anywhere else', async () => {
    await put('far.data', new Uint8Array(4000));
    await mkdir(join(folder, 'inner'));
    const inner = (name: string, location: string) => putExternal(join('inner', name), location);
    const leaves = /external-data: FILE .*leaves the model's folder: refused/;
    expect(await faultOf(await inner('parent', '../far.data'))).toMatch(leaves);
    expect(await faultOf(await inner('around', 'x/../../far.data'))).toMatch(leaves);
    expect(await faultOf(await inner('backslash', '..\\far.data'))).toMatch(leaves);
    const relative = /external-data: FILE .*not a path relative to the model: refused/;
    expect(await faultOf(await inner('absolute', join(folder, 'far.data')))).toMatch(relative);
    expect(await faultOf(await inner('drive', 'C:\\far.data'))).toMatch(relative);
  });

  it.skipIf(process.platform === 'win32')('is refused through a link that leaves the folder', async () => {
    await put('target.data', new Uint8Array(4000));
    await mkdir(join(folder, 'linked'));
    await symlink(join(folder, 'target.data'), join(folder, 'linked', 'link.data'));
    const path = await putExternal(join('linked', 'model'), 'link.data');
    expect(await faultOf(path)).toMatch(/link that leaves the model's folder: refused/);
  });

  it('says what is wrong with a missing or cut weight file', async () => {
    expect(await faultOf(await putExternal('missing', 'nowhere.data'))).toMatch(/"nowhere.data".*no such file/);
    expect(await faultOf(await putExternal('short', 'short.data', { cut: true }))).toMatch(
      /needs at least 2,0\d\d bytes in "short.data", and that file has only 2,000/,
    );
    expect(await faultOf(await putExternal('odd', 'odd.data', { length: '12' }))).toMatch(
      /"first.weight" needs 864 bytes, and the model names 12/,
    );
    expect(await faultOf(await putExternal('minus', 'minus.data', { length: '-1' }))).toMatch(/has the length "-1"/);
  });
});

describe('refuseOverwrite', () => {
  it('protects the model and its weight files, whatever the path looks like', async () => {
    const model = await readModel(await putExternal('kept', 'kept.data'));
    await expect(refuseOverwrite(model, join(folder, 'inner', '..', 'kept.onnx'))).rejects.toThrow(
      /must go to another file/,
    );
    await expect(refuseOverwrite(model, join(folder, 'kept.data'))).rejects.toThrow(/must go to another file/);
    await refuseOverwrite(model, join(folder, 'new.onnx'));
    await refuseOverwrite(model, await put('old.onnx', 'x'));
  });
});

describe.skipIf(!hasSharedFolder)('real bad files', () => {
  const expected: Readonly<Record<string, RegExp>> = {
    'FastestDet_ext.onnx': /^opened$/,
    'FastestDet_ext.onnx.data': /^not-onnx/,
    'FastestDet_ext_missing.onnx': /^external-data: .*"missing_file.data"/,
    'FastestDet_ext_traversal.onnx': /^external-data: .*etc\/passwd.*refused/,
    'LICENSE.onnx': /text file/,
    'corrupt_middle.onnx': /^model-corrupt: .*damaged near byte 2,\d{3} of 998,169/,
    'empty.onnx': /empty/,
    'html_404.onnx': /HTML page/,
    'ir99.onnx': /IR version 99/,
    'lfs_pointer.onnx': /git lfs pull/,
    'meta_names_quotes.onnx': /^opened$/,
    'no_outputs.onnx': /no outputs/,
    'onnx_light_resnet50.onnx': /^opened$/,
    'onnx_test_Conv3d.onnx': /^opened$/,
    'onnx_test_gradient_of_add.onnx': /^opened$/,
    'onnx_test_sequence_model1.onnx': /^opened$/,
    'onnx_test_strnorm_model_monday_casesensintive_lower.onnx': /^opened$/,
    'opset99.onnx': /opset 99/,
    'real_2byte_yolov10n_int8.onnx': /2 bytes of blank text/,
    // The whole file has 998,169 bytes; the graph is followed by 6 bytes of opset import.
    'truncated_half.onnx': /cut short: it has 499,084 bytes and should have at least 998,163/,
    'unknown_op.onnx': /^opened$/,
    'yolox_nano_dynamic.onnx': /^opened$/,
    'yolox_nano_fp16_io.onnx': /^opened$/,
  };
  it.each(Object.entries(expected))('%s', async (file, fault) => {
    expect(await faultOf(sharedPath('nasty', 'onnx', file))).toMatch(fault);
  });
});
