import type { Project, Variant } from '../../electron/contract.ts';
import { noFilter } from '../overlay/pictureFilter.ts';
import { forgetDifferences } from './differences.ts';
import { forgetLooks } from './looks.ts';
import { setPictureFilter } from './pictureFilter.ts';
import { findVariant, useProject } from './project.ts';
import { letGoOfTarget, reconcile, setView, useView } from './view.ts';

/** Takes over a new version of the project, and lets go of whatever in the view it no longer holds. */
export function adoptProject(project: Project): void {
  const { variants } = useProject.getState().project;
  const readAnew = variants.filter((before) => {
    const now = findVariant(project, before.id);
    return now !== undefined && readingOf(now) !== readingOf(before);
  });
  useProject.setState({ project });
  if (readAnew.length > 0) {
    forgetLooks();
    forgetDifferences();
    letGoOfTarget();
  }
  // A filter is about the pictures that were there.
  if (project.images.length === 0) setPictureFilter(noFilter);
  setView(reconcile(useView.getState(), project));
}

/** How a model is read; what was seen under another reading is not what it sees now. */
function readingOf({ inspection }: Variant): string {
  return JSON.stringify(inspection.detector?.spec ?? null);
}
