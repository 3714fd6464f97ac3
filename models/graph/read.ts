import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type TensorProto } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { diagnoseUndecodable } from './diagnose.ts';
import { type DataRange, type ExternalFile, type LoadChoice, readExternalData } from './externalData.ts';
import { checkModel, checkTensors } from './validate.ts';

/** An ONNX file in memory, all of it or all but large tensors that lie in other files. */
export interface OnnxModel {
  readonly path: string;
  /** Size on disk, external weight files included. */
  readonly bytes: number;
  /** The weight files beside it. */
  readonly externalFiles: readonly ExternalFile[];
  /** Where the data of tensors lies that were not loaded; empty for a whole model. */
  readonly outside: ReadonlyMap<TensorProto, DataRange>;
  /** Of the .onnx file itself, lower-case hex. */
  readonly sha256: string;
  readonly proto: ModelProto;
}

/** Protobuf messages end at 2 GiB, so no ONNX file is larger. */
const maximumBytes = 2 ** 31 - 1;

/**
 * What is loaded of external data for looking at a model: all that could take part in shapes, anchors or grids, while large
 * weights stay where they are. A file of many tensors cannot make it unlimited.
 */
const loadedTensorBytes = 2 ** 20;
const loadedBytes = 2 ** 28;

/**
 * Reads a whole file of at most 2 GiB.
 * @throws StudioError `file-not-found`, `file-unreadable`, `not-onnx` above 2 GiB
 */
async function readWholeFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw readFailure(path, error);
  }
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new StudioError('file-unreadable', `${path} is a folder, not a model file.`);
    if (!stat.isFile()) throw new StudioError('file-unreadable', `${path} is not a regular file.`);
    if (stat.size > maximumBytes) {
      throw new StudioError(
        'not-onnx',
        `${path} has ${stat.size.toLocaleString('en')} bytes; an ONNX file cannot be larger than 2 GiB.`,
        { hint: 'Larger models keep their weights in separate files beside a small .onnx file: open that one.' },
      );
    }
    const content = await handle.readFile();
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  } catch (error) {
    throw readFailure(path, error);
  } finally {
    await handle.close();
  }
}

/**
 * Decodes the bytes of an ONNX file; big tensors stay where they are in `bytes`. External data is not loaded.
 * @throws StudioError `not-onnx`, `model-corrupt`, `model-unsupported`, naming `path`
 */
export function decodeModel(path: string, bytes: Uint8Array): ModelProto {
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw diagnoseUndecodable(path, bytes, error);
  }
  if (proto.graph === undefined) throw diagnoseUndecodable(path, bytes);
  checkTensors(path, checkModel(path, proto));
  return proto;
}

/**
 * Opens an ONNX file: decoded and checked. Weights kept in other files of its folder are checked too; tensors of more than
 * 1 MiB stay there, so a model of any size opens in little memory.
 * @throws StudioError saying what is wrong with the file and what can be done
 */
export function readModel(path: string): Promise<OnnxModel> {
  let loaded = 0;
  return read(path, (bytes) => {
    const isLoaded = bytes <= loadedTensorBytes && loaded + bytes <= loadedBytes;
    if (isLoaded) loaded += bytes;
    return isLoaded;
  });
}

/**
 * As `readModel`, with all weights in memory, for rewriting the model into one file.
 * @throws StudioError also `model-unsupported` where the weights are too many for one file
 */
export async function readWholeModel(path: string): Promise<OnnxModel> {
  let loaded = 0;
  const model = await read(path, (bytes) => {
    loaded += bytes;
    return loaded <= maximumBytes;
  });
  if (model.outside.size === 0) return model;
  throw new StudioError(
    'model-unsupported',
    `${path} has ${loaded.toLocaleString('en')} bytes of weights in other files; a model can be rewritten up to 2 GiB, which is all that one ONNX file holds.`,
    { hint: 'It can be inspected, run and compared as it is.' },
  );
}

async function read(path: string, isLoaded: LoadChoice): Promise<OnnxModel> {
  const content = await readWholeFile(path);
  const proto = decodeModel(path, content);
  const { files, outside } =
    proto.graph === undefined
      ? { files: [], outside: new Map<TensorProto, DataRange>() }
      : await readExternalData(path, proto.graph, isLoaded);
  return {
    path,
    bytes: files.reduce((sum, file) => sum + file.bytes, content.byteLength),
    externalFiles: files,
    outside,
    sha256: createHash('sha256').update(content).digest('hex'),
    proto,
  };
}
