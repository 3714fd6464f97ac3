import type { Project, ProjectChange } from './contract.ts';

/** Makes of each version of the project what the window must hear of it after the version before. */
export function createProjectChanges(): (project: Project) => ProjectChange {
  let sent: Project | null = null;
  return (project) => {
    const change: ProjectChange = {
      ...project,
      images: project.images === sent?.images ? null : project.images,
      comparisons: project.comparisons === sent?.comparisons ? null : project.comparisons,
    };
    sent = project;
    return change;
  };
}
