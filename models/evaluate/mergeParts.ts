import type { OperationContext } from '../api.ts';
import { StudioError } from '../errors.ts';
import type { EvaluateReport } from '../types.ts';
import { differenceOf, type PartHeader } from './parts/partHeader.ts';
import { readBlocks, readPartHeader } from './parts/readPart.ts';
import { reportParts } from './parts/reportParts.ts';

/**
 * Joins the parts of an evaluation that was spread over machines: exactly the figures of a run over all pictures, in whatever
 * order the parts are named.
 * @throws StudioError `bad-input` where parts are missing, named twice, not whole, or of different evaluations
 */
export async function mergeParts(
  { parts }: { readonly parts: readonly string[] },
  { signal, report }: OperationContext,
): Promise<EvaluateReport> {
  const headers: { path: string; header: PartHeader }[] = [];
  for (const path of parts) headers.push({ path, header: await readPartHeader(path) });
  const [first, ...others] = headers;
  if (first === undefined) throw new StudioError('bad-input', 'There are no parts to join.');
  for (const other of others) checkAlike(first, other);
  checkComplete(headers);
  for (const [index, { path, header }] of headers.entries()) {
    report({ step: 'Reading parts', fraction: (index / headers.length) * 0.5 });
    await checkPictures(path, header, signal);
  }
  report({ step: 'Measuring', fraction: 0.5 });
  return reportParts(parts, first.header, signal);
}

interface NamedHeader {
  readonly path: string;
  readonly header: PartHeader;
}

function checkAlike(first: NamedHeader, other: NamedHeader): void {
  const difference = differenceOf(first.header, other.header);
  if (difference === undefined) return;
  throw new StudioError(
    'bad-input',
    `${first.path} and ${other.path} do not belong together: they are of ${difference}.`,
  );
}

function checkComplete(headers: readonly NamedHeader[]): void {
  const count = headers[0]?.header.shard.count ?? 1;
  const paths = new Map<number, string>();
  for (const { path, header } of headers) {
    const { index } = header.shard;
    const same = paths.get(index);
    if (same !== undefined)
      throw new StudioError('bad-input', `${same} and ${path} are both part ${index} of ${count}.`);
    paths.set(index, path);
  }
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !paths.has(index));
  if (missing.length === 0) return;
  const listed = `${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ' ...' : ''}`;
  throw new StudioError('bad-input', `Of ${count} parts ${missing.length} are missing: ${listed}.`, {
    hint: 'Name all parts; their order does not matter.',
  });
}

/** Whether a part holds each picture of its shard, and no other, once. */
async function checkPictures(path: string, { shard, pictureCount }: PartHeader, signal: AbortSignal): Promise<void> {
  const seen = new Set<number>();
  let count = 0;
  for await (const { records, notes } of readBlocks(path, 'whole')) {
    signal.throwIfAborted();
    for (const place of [...records.pictures, ...notes.unreadable.map((picture) => picture.place)]) {
      count += 1;
      if (place % shard.count === shard.index - 1) seen.add(place);
    }
  }
  const expected = Math.ceil((pictureCount - (shard.index - 1)) / shard.count);
  if (count === expected && seen.size === expected) return;
  throw new StudioError('bad-input', `${path} holds ${seen.size} of its ${expected} pictures.`, {
    hint: 'Make this part again.',
  });
}
