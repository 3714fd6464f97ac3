import { createHash } from 'node:crypto';
import { toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { writeFileAtomically } from '../files.ts';

/** Protobuf messages end at 2 GiB. */
const maximumBytes = 2 ** 31 - 1;

/** A model as the bytes of an ONNX file. The same model gives the same bytes; fields this code does not know are kept. */
export function encodeModel(proto: ModelProto): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, proto);
}

/**
 * Writes a model atomically, all weights inside the file.
 * @throws StudioError `file-unwritable`, `model-unsupported` above 2 GiB
 */
export async function writeModel(path: string, proto: ModelProto): Promise<{ bytes: number; sha256: string }> {
  const content = encodeModel(proto);
  if (content.byteLength > maximumBytes) {
    throw new StudioError(
      'model-unsupported',
      `${path} would be ${content.byteLength} bytes; an ONNX file with its weights inside can hold 2 GiB at most.`,
    );
  }
  await writeFileAtomically(path, content);
  return { bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
}
