import { notifications } from '@mantine/notifications';
import type { ErrorReport } from '../../models/errors.ts';
import { ErrorNotice } from './ErrorNotice.tsx';

/** At most so many notices at once; a folder full of bad files must not bury the window. */
const mostAtOnce = 5;

/** Shows a failure until it is dismissed. */
export function showProblem(error: ErrorReport): void {
  if (error.code === 'cancelled') return;
  notifications.show({ color: 'red', autoClose: false, withBorder: true, message: <ErrorNotice error={error} /> });
}

/** Shows what could not be opened, file by file. */
export function showProblems(problems: readonly { readonly path: string; readonly error: ErrorReport }[]): void {
  for (const { error } of problems.slice(0, mostAtOnce)) showProblem(error);
  const rest = problems.slice(mostAtOnce);
  const [first] = rest;
  if (!first) return;
  const detail = rest.map(({ path, error }) => `${path}: ${error.message}`).join('\n');
  showProblem({ ...first.error, message: `… ${rest.length}`, detail });
}
