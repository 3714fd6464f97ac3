import { notifications } from '@mantine/notifications';
import type { ErrorReport } from '../../models/errors.ts';
import { ErrorNotice } from './ErrorNotice.tsx';
import { FailureNotice } from './FailureNotice.tsx';
import { type Problem, ProblemList } from './ProblemList.tsx';

/** Shows a failure until it is dismissed. */
export function showProblem(error: ErrorReport): void {
  if (error.code === 'cancelled') return;
  notifications.show({ color: 'red', autoClose: false, withBorder: true, message: <ErrorNotice error={error} /> });
}

/** Shows what a part of the window threw, until it is dismissed. */
export function showFailure(thrown: unknown): void {
  notifications.show({ color: 'red', autoClose: false, withBorder: true, message: <FailureNotice thrown={thrown} /> });
}

/** Shows what could not be opened: one or two failures each by itself, more of them as one list. */
export function showProblems(problems: readonly Problem[]): void {
  if (problems.length <= 2) {
    for (const { error } of problems) showProblem(error);
    return;
  }
  notifications.show({
    color: 'red',
    autoClose: false,
    withBorder: true,
    message: <ProblemList problems={problems} />,
  });
}
