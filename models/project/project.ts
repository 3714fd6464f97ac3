import { isDeepStrictEqual } from 'node:util';
import type { CompareReport, Inspection } from '../types.ts';
import type { ProjectDocument, StoredVariant } from './schemas.ts';

export const emptyProject: ProjectDocument = { version: 1, variants: [], images: [], datasets: [], comparisons: {} };

/** Most pictures the tray holds: as many as one call to the engine may carry. */
export const trayCapacity = 200_000;
const rememberedDatasets = 20;

export function findVariant(document: ProjectDocument, id: string): StoredVariant | undefined {
  return document.variants.find((variant) => variant.id === id);
}

/** The variant whose file has this content, if the project knows it; derived ones count too. */
export function findBySha256(document: ProjectDocument, sha256: string): StoredVariant | undefined {
  return document.variants.find((variant) => variant.sha256 === sha256);
}

/** @throws Error when the id is taken or the parent is unknown: both are defects, not faults of a user. */
export function addVariant(document: ProjectDocument, variant: StoredVariant): ProjectDocument {
  if (findVariant(document, variant.id)) throw new Error(`There is a variant ${variant.id} already.`);
  if (variant.parentId !== null && !findVariant(document, variant.parentId)) {
    throw new Error(`The parent ${variant.parentId} of variant ${variant.id} is not in the project.`);
  }
  return { ...document, variants: [...document.variants, variant] };
}

/** Where a known file lies now, and its time there. Its content, and so the variant, stays the same. */
export function relocateVariant(
  document: ProjectDocument,
  id: string,
  place: { readonly modelPath: string; readonly modified: number },
): ProjectDocument {
  return {
    ...document,
    variants: document.variants.map((variant) => (variant.id === id ? { ...variant, ...place } : variant)),
  };
}

/**
 * What a variant's file is, read anew: a correction may lie beside it now. Figures that were measured under another reading go.
 * @param readAs the stamp of the reading (`readingStamp`)
 */
export function renewInspection(
  document: ProjectDocument,
  id: string,
  inspection: Inspection,
  readAs: string,
): ProjectDocument {
  const before = findVariant(document, id);
  if (before === undefined) return document;
  const isSame = isDeepStrictEqual(before.inspection.detector?.spec, inspection.detector?.spec);
  const { modelPath } = before;
  const concerns = (report: CompareReport) => report.models.some(({ path }) => path === modelPath);
  const renew = (variant: StoredVariant): StoredVariant => {
    const isConcerned = !isSame && (variant.id === id || variant.parentId === id);
    const agreement = isConcerned ? null : variant.agreement;
    return variant.id === id ? { ...variant, inspection, readAs, agreement } : { ...variant, agreement };
  };
  return {
    ...document,
    variants: document.variants.map(renew),
    comparisons: isSame
      ? document.comparisons
      : Object.fromEntries(Object.entries(document.comparisons).filter(([, report]) => !concerns(report))),
  };
}

/** The variant and everything derived from it, parents first. */
export function listDescent(document: ProjectDocument, id: string): StoredVariant[] {
  const family = new Set([id]);
  // A variant always stands after its parent.
  return document.variants.filter((variant) => {
    if (variant.parentId !== null && family.has(variant.parentId)) family.add(variant.id);
    return family.has(variant.id);
  });
}

/** Takes out a variant, everything derived from it, and their comparisons. */
export function removeVariant(document: ProjectDocument, id: string): ProjectDocument {
  const gone = new Set(listDescent(document, id).map((variant) => variant.id));
  return {
    ...document,
    variants: document.variants.filter((variant) => !gone.has(variant.id)),
    comparisons: Object.fromEntries(Object.entries(document.comparisons).filter(([baseline]) => !gone.has(baseline))),
  };
}

/**
 * Adds pictures that are not in the tray yet, up to its capacity.
 * @returns the new document, how many were added, and how many found no place
 */
export function addImages(
  document: ProjectDocument,
  paths: readonly string[],
): { document: ProjectDocument; added: number; refused: number } {
  const known = new Set(document.images);
  const fresh = [...new Set(paths)].filter((path) => !known.has(path));
  const accepted = fresh.slice(0, Math.max(0, trayCapacity - document.images.length));
  return {
    document: accepted.length === 0 ? document : { ...document, images: [...document.images, ...accepted] },
    added: accepted.length,
    refused: fresh.length - accepted.length,
  };
}

export function clearImages(document: ProjectDocument): ProjectDocument {
  return document.images.length === 0 ? document : { ...document, images: [], datasets: [] };
}

/** Remembers datasets whose pictures are in the tray, the last first. */
export function addDatasets(document: ProjectDocument, paths: readonly string[]): ProjectDocument {
  if (paths.length === 0) return document;
  const datasets = [...new Set([...paths, ...document.datasets])].slice(0, rememberedDatasets);
  return { ...document, datasets };
}

/** Keeps a comparison as the newest of its baseline. */
export function keepComparison(document: ProjectDocument, baselineId: string, report: CompareReport): ProjectDocument {
  return { ...document, comparisons: { ...document.comparisons, [baselineId]: report } };
}
