import type { DocumentFile } from '../../models/project/documentFile.ts';
import { emptyProject } from '../../models/project/project.ts';
import type { ProjectDocument } from '../../models/project/schemas.ts';
import type { Project } from '../contract.ts';
import { createProjectState, type ProjectState } from '../projectState.ts';

/** A project that is kept nowhere, and every view of it that the window would have got. */
export function createMemoryProject(initial: ProjectDocument = emptyProject): {
  state: ProjectState;
  views: Project[];
} {
  let value = initial;
  const file: DocumentFile<ProjectDocument> = {
    read: () => value,
    replace: (next) => {
      value = next;
    },
    flush: async () => {},
  };
  const views: Project[] = [];
  return { state: createProjectState(file, (view) => views.push(view)), views };
}
