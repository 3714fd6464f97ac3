import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared', import.meta.url));

/** True where the real models, data and nasty files lie beside the checkout; tests that need them skip elsewhere. */
export const hasSharedFolder = existsSync(join(folder, 'models'));

/** Path of a file in the shared material, e.g. `sharedPath('models', 'yolov8n', 'yolov8n.onnx')`. */
export function sharedPath(...parts: string[]): string {
  return join(folder, ...parts);
}
