import { StudioError } from '../../errors.ts';
import type { JsonCursor } from './jsonCursor.ts';

/** A record of a COCO file that is JSON, but cannot be used. */
export class RecordFault extends StudioError {
  /** @param what the record by its place in its list, and what is wrong: "annotation 3 has no bbox" */
  constructor({ path }: JsonCursor, what: string, hint?: string) {
    super('dataset-invalid', `${path}: ${what}.`, { hint });
  }
}
