import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../build/project.mjs';

/** The folder of the sample that ships with the product. */
export const samples = join(projectRoot, 'models', 'samples');

/** Its detector. */
export const sampleModel = join(samples, 'sample.onnx');

/** The folder of its held-out pictures. */
export const samplePictureFolder = join(samples, 'images', 'val');

/** Its held-out pictures, in the order of their names. */
export const samplePictures: readonly string[] = readdirSync(samplePictureFolder)
  .filter((name) => name.endsWith('.jpg'))
  .sort()
  .map((name) => join(samplePictureFolder, name));
