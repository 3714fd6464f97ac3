/** Which pictures are listed, by what a variant does differently on them. */
import { compareHarm } from '../../models/geometry/harm.ts';
import type { BoxSize, DifferenceGroup, DifferenceKind, ImageDifference } from '../../models/types.ts';

/** What a variant does differently on one picture. */
export interface Verdict extends Omit<ImageDifference, 'path'> {
  /** False where it was measured at other thresholds than are set now. */
  readonly current: boolean;
}

/** What a variant does differently on a picture, by its path; undefined where that was not measured. */
export type VerdictOf = (path: string) => Verdict | undefined;

/** Which pictures are listed: those that fit all parts. */
export interface PictureFilter {
  /** Any of these; no kind is asked for when empty. */
  readonly kinds: readonly DifferenceKind[];
  readonly classId: number | null;
  readonly size: BoxSize | null;
  /** Part of the file's name, in any case. */
  readonly text: string;
  /** These pictures alone, with what they have in common. */
  readonly chosen: { readonly label: string; readonly paths: ReadonlySet<string> } | null;
}

/** Lists all pictures. */
export const noFilter: PictureFilter = { kinds: [], classId: null, size: null, text: '', chosen: null };

/** Every kind, in the order of the filter bar. */
export const differenceKinds: readonly DifferenceKind[] = ['lost', 'extra', 'moved', 'changed-class'];
/** Every size, the smallest first. */
export const boxSizes: readonly BoxSize[] = ['small', 'medium', 'large'];

interface NamedPicture {
  readonly path: string;
  readonly name: string;
}

/** True where some pictures may be left out. */
export function isFiltering({ kinds, classId, size, text, chosen }: PictureFilter): boolean {
  return kinds.length > 0 || classId !== null || size !== null || text.trim() !== '' || chosen !== null;
}

/** What of a filter counts: by what differs only where models are compared, since nothing could undo it elsewhere. */
export function applicable(filter: PictureFilter, compares: boolean): PictureFilter {
  return compares ? filter : { ...filter, kinds: [], classId: null, size: null };
}

function countOf(verdict: Verdict, kind: DifferenceKind): number {
  switch (kind) {
    case 'lost':
      return verdict.lost;
    case 'extra':
      return verdict.extra;
    case 'moved':
      return verdict.moved;
    case 'changed-class':
      return verdict.changedClass;
  }
}

type Part = keyof Pick<PictureFilter, 'kinds' | 'classId' | 'size'>;

/** Whether a group of boxes fits, one part of the filter aside. */
function fits(group: DifferenceGroup, { kinds, classId, size }: PictureFilter, aside: Part | null): boolean {
  return (
    (aside === 'kinds' || kinds.length === 0 || kinds.includes(group.kind)) &&
    (aside === 'classId' || classId === null || classId === group.classId) &&
    (aside === 'size' || size === null || size === group.size)
  );
}

function namePasses({ path, name }: NamedPicture, { text, chosen }: PictureFilter): boolean {
  if (chosen !== null && !chosen.paths.has(path)) return false;
  const wanted = text.trim().toLowerCase();
  return wanted === '' || name.toLowerCase().includes(wanted);
}

/** Whether a picture is listed. One that was not compared differs in nothing. */
function passes(picture: NamedPicture, verdict: Verdict | undefined, filter: PictureFilter): boolean {
  if (!namePasses(picture, filter)) return false;
  const { kinds, classId, size } = filter;
  if (kinds.length === 0 && classId === null && size === null) return true;
  if (verdict === undefined) return false;
  // Comparisons of earlier versions have counts alone.
  if (classId === null && size === null) return kinds.some((kind) => countOf(verdict, kind) > 0);
  return verdict.groups.some((group) => fits(group, filter, null));
}

/** The pictures that are listed: in the order given, or those that lost most first. */
export function listPictures<Picture extends NamedPicture>(
  pictures: readonly Picture[],
  verdictOf: VerdictOf,
  filter: PictureFilter,
  worstFirst: boolean,
): readonly Picture[] {
  const listed = isFiltering(filter)
    ? pictures.filter((picture) => passes(picture, verdictOf(picture.path), filter))
    : pictures;
  if (!worstFirst) return listed;
  const harmed: { readonly picture: Picture; readonly harm: Verdict }[] = [];
  const rest: Picture[] = [];
  for (const picture of listed) {
    const harm = verdictOf(picture.path);
    if (harm !== undefined && differenceKinds.some((kind) => countOf(harm, kind) > 0)) harmed.push({ picture, harm });
    else rest.push(picture);
  }
  // Of 100,000 pictures only those that lost something are put in order.
  harmed.sort((a, b) => compareHarm(a.harm, b.harm));
  return [...harmed.map(({ picture }) => picture), ...rest];
}

/** How many pictures each choice of a part of the filter would list, the other parts staying as they are. */
export interface Facets {
  readonly kinds: ReadonlyMap<DifferenceKind, number>;
  readonly sizes: ReadonlyMap<BoxSize, number>;
  readonly classes: ReadonlyMap<number, number>;
}

/** Counts the pictures behind every choice, in one pass that makes nothing on its way: there may be 100,000. */
export function countFacets(pictures: readonly NamedPicture[], verdictOf: VerdictOf, filter: PictureFilter): Facets {
  const kinds = new Map<DifferenceKind, number>();
  const sizes = new Map<BoxSize, number>();
  const classes = new Map<number, number>();
  const byCountAlone = filter.classId === null && filter.size === null;
  /** The last picture that each choice was counted for. */
  const counted = new Map<DifferenceKind | BoxSize | number, NamedPicture>();
  const raise = <Choice extends DifferenceKind | BoxSize | number>(
    counts: Map<Choice, number>,
    choice: Choice,
    picture: NamedPicture,
  ) => {
    if (counted.get(choice) === picture) return;
    counted.set(choice, picture);
    counts.set(choice, (counts.get(choice) ?? 0) + 1);
  };
  for (const picture of pictures) {
    const verdict = verdictOf(picture.path);
    if (verdict === undefined || !namePasses(picture, filter)) continue;
    if (byCountAlone) for (const kind of differenceKinds) if (countOf(verdict, kind) > 0) raise(kinds, kind, picture);
    for (const group of verdict.groups) {
      if (!byCountAlone && fits(group, filter, 'kinds')) raise(kinds, group.kind, picture);
      if (fits(group, filter, 'size')) raise(sizes, group.size, picture);
      if (fits(group, filter, 'classId')) raise(classes, group.classId, picture);
    }
  }
  return { kinds, sizes, classes };
}
