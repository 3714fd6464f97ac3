import { formatDuration } from '../format.ts';
import type { Progress } from '../types.ts';
import type { CommandIo } from './io.ts';

/** Shortest time between two plain lines, and between two redraws of the bar; milliseconds. */
const plainInterval = 1000;
const redrawInterval = 80;
const barWidth = 24;

/** One line of progress, e.g. "▓▓▓▓░░  62 %  calibrate  0:41 left", no wider than `columns`. */
export function progressBar(progress: Progress, columns: number): string {
  const fraction = Math.min(1, Math.max(0, progress.fraction));
  const filled = Math.round(fraction * barWidth);
  const bar = '▓'.repeat(filled) + '░'.repeat(barWidth - filled);
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const left = progress.eta === undefined ? '' : `  ${formatDuration(progress.eta)} left`;
  return `${bar} ${percent}  ${progress.step}${left}`.slice(0, Math.max(0, columns - 1));
}

/** Shows progress on standard error: a bar on a terminal, else at most one line a second. */
export function showProgress(
  io: Pick<CommandIo, 'writeError' | 'interactive' | 'columns'>,
  now: () => number = () => performance.now(),
): { report: (progress: Progress) => void; end: () => void } {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownStep = '';
  let drawn = false;
  const report = (progress: Progress) => {
    const interval = io.interactive ? redrawInterval : plainInterval;
    if (now() - shownAt < interval && (progress.step === shownStep || !io.interactive)) return;
    shownAt = now();
    shownStep = progress.step;
    if (io.interactive) {
      io.writeError(`\r\u001b[2K${progressBar(progress, io.columns)}`);
      drawn = true;
    } else {
      io.writeError(`boxwright: ${progress.step} ${Math.floor(progress.fraction * 100)} %\n`);
    }
  };
  const end = () => {
    if (drawn) io.writeError('\r\u001b[2K');
    drawn = false;
  };
  return { report, end };
}
