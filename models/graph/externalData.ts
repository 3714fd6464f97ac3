import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import { clearField } from '@bufbuild/protobuf';
import { type GraphProto, type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { systemErrorCode } from '../files.ts';
import { packedBytes } from './elementTypes.ts';
import { elementCount } from './tensors.ts';

/** Every tensor of a graph: initializers, tensors in attributes, and those of subgraphs. */
export function* tensorsIn(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const node of graph.node) {
    for (const attribute of node.attribute) {
      if (attribute.t !== undefined) yield attribute.t;
      yield* attribute.tensors;
      if (attribute.g !== undefined) yield* tensorsIn(attribute.g);
      for (const body of attribute.graphs) yield* tensorsIn(body);
    }
  }
}

function refused(model: string, location: string, why: string): StudioError {
  return new StudioError('external-data', `${model} wants its weights from "${location}", which ${why}: refused.`, {
    hint: "External data is loaded only from the model's own folder. Put the weight file beside the model, or save the model with its weights inside.",
  });
}

/**
 * The real path of a weight file that a model names, or an error when it lies outside the model's folder, whether by an
 * absolute path, by `..` or through a symbolic link.
 * @throws StudioError `external-data`
 */
async function resolveInFolder(model: string, location: string): Promise<string> {
  const slashed = location.replaceAll('\\', '/');
  if (slashed === '' || isAbsolute(location) || slashed.startsWith('/') || /^[a-zA-Z]:/.test(slashed)) {
    throw refused(model, location, 'is not a path relative to the model');
  }
  const normal = posix.normalize(slashed);
  if (normal === '..' || normal.startsWith('../')) throw refused(model, location, "leaves the model's folder");
  const folder = await realpath(dirname(model));
  let file: string;
  try {
    file = await realpath(join(folder, normal));
  } catch (error) {
    throw new StudioError(
      'external-data',
      systemErrorCode(error) === 'ENOENT'
        ? `${model} keeps its weights in "${location}", and there is no such file beside it.`
        : `${model} keeps its weights in "${location}", which could not be opened (${systemErrorCode(error) ?? 'unknown error'}).`,
      { hint: 'Copy the weight file into the same folder as the model.', cause: error },
    );
  }
  const inside = relative(folder, file);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw refused(model, location, "is a link that leaves the model's folder");
  }
  return file;
}

function wholeNumber(model: string, tensor: TensorProto, key: string, fallback: number): number {
  const entry = tensor.externalData.find((candidate) => candidate.key === key);
  if (entry === undefined) return fallback;
  const value = Number(entry.value);
  if (entry.value.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new StudioError('external-data', `${model}: tensor "${tensor.name}" has the ${key} "${entry.value}".`);
  }
  return value;
}

/** A file beside the model that holds weights of it. */
export interface ExternalFile {
  /** Real path. */
  readonly path: string;
  readonly bytes: number;
}

/** Where the data of a tensor lies that was left in its file. */
export interface DataRange {
  readonly path: string;
  /** In bytes. */
  readonly offset: number;
  readonly length: number;
}

/** What was found of a model's external data. */
export interface ExternalData {
  readonly files: readonly ExternalFile[];
  /** Tensors that were not loaded; each still says EXTERNAL and holds no values. */
  readonly outside: ReadonlyMap<TensorProto, DataRange>;
}

interface WeightFile extends ExternalFile {
  readonly handle: FileHandle;
}

async function openWeightFile(model: string, location: string): Promise<WeightFile> {
  const file = await resolveInFolder(model, location);
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw new StudioError(
      'external-data',
      `${model} keeps its weights in "${location}", which could not be opened (${systemErrorCode(error) ?? 'unknown error'}).`,
      { cause: error },
    );
  }
  const stat = await handle.stat();
  if (stat.isFile()) return { handle, path: file, bytes: stat.size };
  await handle.close();
  throw refused(model, location, 'is not a file');
}

/** Where a tensor's data lies, checked against its shape and the file. */
function rangeOf(model: string, tensor: TensorProto, location: string, file: WeightFile): DataRange {
  const expected = packedBytes(tensor.dataType, elementCount(tensor));
  const offset = wholeNumber(model, tensor, 'offset', 0);
  const length = wholeNumber(model, tensor, 'length', expected ?? file.bytes - offset);
  if (expected !== undefined && length !== expected) {
    throw new StudioError(
      'external-data',
      `${model}: tensor "${tensor.name}" needs ${expected} bytes, and the model names ${length} in "${location}".`,
    );
  }
  if (offset + length > file.bytes) {
    throw new StudioError(
      'external-data',
      `${model} needs at least ${(offset + length).toLocaleString('en')} bytes in "${location}", and that file has only ${file.bytes.toLocaleString('en')}.`,
      { hint: 'The weight file is cut short or belongs to another model. Download both files again.' },
    );
  }
  return { path: file.path, offset, length };
}

async function loadTensor(
  model: string,
  tensor: TensorProto,
  { offset, length }: DataRange,
  location: string,
  file: WeightFile,
): Promise<void> {
  const data = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.handle.read(data, done, length - done, offset + done);
    if (bytesRead === 0) throw new StudioError('external-data', `${model}: "${location}" ended while it was read.`);
    done += bytesRead;
  }
  tensor.rawData = data;
  clearField(tensor, TensorProtoSchema.field.dataLocation);
  tensor.externalData = [];
}

/** Decides, tensor by tensor in graph order, whether so many bytes are loaded or left in their file. */
export type LoadChoice = (bytes: number) => boolean;

/**
 * Finds the weights kept in other files and loads those that `isLoaded` wants into the tensors themselves, in place. What is
 * wrong with the others is told all the same.
 * @throws StudioError `external-data` when a file is missing, cut, or lies outside the model's folder
 */
export async function readExternalData(model: string, graph: GraphProto, isLoaded: LoadChoice): Promise<ExternalData> {
  const files = new Map<string, WeightFile>();
  const outside = new Map<TensorProto, DataRange>();
  try {
    for (const tensor of tensorsIn(graph)) {
      if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
      const location = tensor.externalData.find((entry) => entry.key === 'location')?.value ?? '';
      const file = files.get(location) ?? (await openWeightFile(model, location));
      files.set(location, file);
      const range = rangeOf(model, tensor, location, file);
      if (isLoaded(range.length)) await loadTensor(model, tensor, range, location, file);
      else outside.set(tensor, range);
    }
  } finally {
    for (const file of files.values()) await file.handle.close();
  }
  return { files: [...files.values()].map(({ path, bytes }) => ({ path, bytes })), outside };
}
