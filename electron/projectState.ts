import { basename } from 'node:path';
import { StudioError } from '../models/errors.ts';
import type { DocumentFile } from '../models/project/documentFile.ts';
import { checkPresence } from '../models/project/presence.ts';
import { findVariant, relocateVariant } from '../models/project/project.ts';
import type { ProjectDocument, StoredVariant } from '../models/project/schemas.ts';
import type { Project, TrayImage } from './contract.ts';
import { imageScheme } from './origin.ts';

/** The project as it is now: the document on disk, and which of its files are there. */
export interface ProjectState {
  readonly read: () => ProjectDocument;
  /** As the window sees it. */
  readonly view: () => Project;
  /** Changes the document; the window and the disk follow. A change that returns the same document is none. */
  readonly update: (change: (document: ProjectDocument) => ProjectDocument) => void;
  /** True for the path of a picture in the tray. */
  readonly holdsImage: (path: string) => boolean;
  /** @throws StudioError `bad-input` for an id that the project does not know */
  readonly variant: (id: string) => StoredVariant;
  /** @throws StudioError `file-not-found` where the variant's file has gone or changed */
  readonly usableVariant: (id: string) => Promise<StoredVariant>;
  /** Looks at every variant's file again. */
  readonly refreshPresence: () => Promise<void>;
}

export function createProjectState(
  file: DocumentFile<ProjectDocument>,
  onChange: (project: Project) => void,
): ProjectState {
  const absent = new Set<string>();
  const describeImages = rememberLast((images: readonly string[]) => images.map(describeImage));
  const gatherImages = rememberLast((images: readonly string[]) => new Set(images));

  const view = (): Project => ({
    variants: file
      .read()
      .variants.map(({ modified: _, readAs: __, ...variant }) => ({ ...variant, present: !absent.has(variant.id) })),
    images: describeImages(file.read().images),
    datasets: file.read().datasets,
    comparisons: file.read().comparisons,
  });

  function update(change: (document: ProjectDocument) => ProjectDocument): void {
    const before = file.read();
    const after = change(before);
    if (after === before) return;
    file.replace(after);
    onChange(view());
  }

  function variant(id: string): StoredVariant {
    const found = findVariant(file.read(), id);
    if (!found) throw new StudioError('bad-input', `There is no variant ${id} in the project.`);
    return found;
  }

  /** True when something is now different from what the window was told. */
  async function look(known: StoredVariant): Promise<boolean> {
    const presence = await checkPresence({ ...known, bytes: known.inspection.bytes });
    if (presence.present && presence.modified !== known.modified) {
      const { modelPath } = known;
      const { modified } = presence;
      file.replace(relocateVariant(file.read(), known.id, { modelPath, modified }));
    }
    if (presence.present !== absent.has(known.id)) return false;
    if (presence.present) absent.delete(known.id);
    else absent.add(known.id);
    return true;
  }

  async function usableVariant(id: string): Promise<StoredVariant> {
    const known = variant(id);
    if (await look(known)) onChange(view());
    if (absent.has(id)) {
      throw new StudioError('file-not-found', `${known.modelPath} has gone or has changed since it was opened.`, {
        hint: 'Put the file back, or open the model again from where it is now.',
      });
    }
    return known;
  }

  async function refreshPresence(): Promise<void> {
    let hasChanged = false;
    for (const known of file.read().variants) hasChanged = (await look(known)) || hasChanged;
    if (hasChanged) onChange(view());
  }

  const holdsImage = (path: string) => gatherImages(file.read().images).has(path);

  return { read: file.read, view, update, holdsImage, variant, usableVariant, refreshPresence };
}

/** A function of one argument that keeps its last result, for the same argument again. */
function rememberLast<Argument, Result>(make: (argument: Argument) => Result): (argument: Argument) => Result {
  let last: { readonly argument: Argument; readonly result: Result } | null = null;
  return (argument) => {
    if (last === null || last.argument !== argument) last = { argument, result: make(argument) };
    return last.result;
  };
}

function describeImage(path: string): TrayImage {
  const url = imageAddress(path);
  return { path, url, thumbnailUrl: `${url}&thumbnail=160`, name: basename(path) };
}

/** Where the window finds a picture of the tray. Half a surrogate pair, which no address can hold, leads nowhere. */
export function imageAddress(path: string): string {
  return `${imageScheme}://image/?path=${encodeURIComponent(path.toWellFormed())}`;
}
