import type { Dictionary } from '../../i18n/en.ts';
import { cellOfCandidate } from '../../overlay/cells.ts';
import { namedClass } from '../../overlay/sharedClasses.ts';
import type { Verdict } from '../../overlay/truth.ts';
import type { Shown } from './shown.ts';

/** Below this nothing is sent to the window. */
const floor = 0.01;

/** Whether an object was found and by which cell, or why not, in words. */
export function describeVerdict(verdict: Verdict, { look }: Pick<Shown, 'look'>, { grid }: Dictionary): string {
  const { findings } = grid;
  const { candidates } = look;
  const scoreOf = (candidate: number) => (candidates.scores[candidate] ?? 0).toFixed(2);
  const nameOf = (candidate: number) => namedClass(look, candidates.classIds[candidate] ?? 0).className;
  switch (verdict.kind) {
    case 'found': {
      const score = scoreOf(verdict.candidate);
      const cell = cellOfCandidate(candidates, verdict.candidate);
      const stride = look.levels[cell?.level ?? -1]?.stride;
      if (verdict.steps === null || cell === null || stride === undefined) return findings.known(score);
      const place = grid.placeOfStride(grid.place(cell.row, cell.column), stride);
      if (verdict.steps === 0) return findings.centre(place, score);
      if (verdict.steps === 1) return findings.neighbour(place, score);
      return findings.away(verdict.steps, place, score);
    }
    case 'other-class':
      return findings.otherClass(nameOf(verdict.candidate), scoreOf(verdict.candidate));
    case 'misplaced':
      return findings.misplaced(scoreOf(verdict.candidate), verdict.iou.toFixed(2));
    case 'suppressed':
      return findings.suppressed(`${nameOf(verdict.by)} ${scoreOf(verdict.by)}`);
    case 'taken':
      return findings.taken(scoreOf(verdict.candidate));
    case 'weak':
      return verdict.score > floor ? findings.weak(verdict.score.toFixed(2)) : findings.silent;
  }
}
