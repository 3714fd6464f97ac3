import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { diagnoseUndecodable } from './diagnose.ts';
import { type ExternalFile, loadExternalData } from './externalData.ts';
import { checkModel, checkTensors } from './validate.ts';

/** An ONNX file in memory. */
export interface OnnxModel {
  readonly path: string;
  /** Size on disk, external weight files included. */
  readonly bytes: number;
  /** The weight files beside it. */
  readonly externalFiles: readonly ExternalFile[];
  /** Of the .onnx file itself, lower-case hex. */
  readonly sha256: string;
  readonly proto: ModelProto;
}

/** Protobuf messages end at 2 GiB, so no ONNX file is larger. */
const maximumBytes = 2 ** 31 - 1;

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
 * Opens an ONNX file: decoded, checked, and with all weights in memory, also those kept in other files of its folder.
 * @throws StudioError saying what is wrong with the file and what can be done
 */
export async function readModel(path: string): Promise<OnnxModel> {
  const content = await readWholeFile(path);
  const proto = decodeModel(path, content);
  const externalFiles = proto.graph === undefined ? [] : await loadExternalData(path, proto.graph);
  return {
    path,
    bytes: externalFiles.reduce((sum, file) => sum + file.bytes, content.byteLength),
    externalFiles,
    sha256: createHash('sha256').update(content).digest('hex'),
    proto,
  };
}
