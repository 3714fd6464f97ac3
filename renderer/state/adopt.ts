import type { Project } from '../../electron/contract.ts';
import { useProject } from './project.ts';
import { reconcile, setView, useView } from './view.ts';

/** Takes over a new version of the project, and lets go of whatever in the view it no longer holds. */
export function adoptProject(project: Project): void {
  useProject.setState({ project });
  setView(reconcile(useView.getState(), project));
}
