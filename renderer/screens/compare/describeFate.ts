import { classNameOf } from '../../../models/geometry/classMap.ts';
import type { Dictionary } from '../../i18n/en.ts';
import type { Fate } from '../../overlay/fate.ts';
import type { Shown } from './shown.ts';

/** What became of a candidate, in words. */
export function describeFate(fate: Fate, { look }: Pick<Shown, 'look'>, { grid }: Dictionary): string {
  switch (fate.kind) {
    case 'kept':
      return grid.kept(fate.rank);
    case 'suppressed': {
      const classId = look.candidates.classIds[fate.by] ?? 0;
      return grid.suppressedBy(fate.rank, classNameOf(look.classNames, classId), fate.iou.toFixed(2));
    }
    case 'weak':
      return grid.weak;
    case 'outside':
      return grid.outside;
    case 'too-many':
      return grid.tooMany;
  }
}

/** Why a look has no grid, in words. */
export function describeNoGrid(why: Shown['look']['gridUnavailable'], { grid }: Dictionary): string {
  switch (why) {
    case 'not-asked':
      return grid.notAsked;
    case 'not-found':
      return grid.notFound;
    default:
      return grid.queries;
  }
}
