import type { DatasetCheckReport, DatasetFinding, DatasetFindingKind } from '../types.ts';

/** Findings of one kind beyond this number are only counted. */
const listedOfKind = 10_000;

/** Every kind, in the order in which they are listed: the worst first. */
const noFindings: Readonly<Record<DatasetFindingKind, number>> = {
  'unreadable-image': 0,
  'unreadable-label': 0,
  'unknown-class': 0,
  'labels-without-image': 0,
  'image-without-labels': 0,
  'size-differs': 0,
  'empty-box': 0,
  'outside-image': 0,
  'duplicate-box': 0,
  'duplicate-image': 0,
  'similar-images': 0,
};

/** Counts findings by kind and keeps the first of each, sorted by kind and then as they come. */
export function sortFindings(found: Iterable<DatasetFinding>): Pick<DatasetCheckReport, 'counts' | 'findings'> {
  const counts = { ...noFindings };
  const kept: DatasetFinding[] = [];
  for (const finding of found) {
    counts[finding.kind] += 1;
    if (counts[finding.kind] <= listedOfKind) kept.push(finding);
  }
  const rank = new Map(Object.keys(noFindings).map((kind, index) => [kind, index]));
  const findings = kept.sort((a, b) => (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0));
  return { counts, findings };
}
