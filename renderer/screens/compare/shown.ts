import { useMemo } from 'react';
import type { TrayImage, Variant } from '../../../electron/contract.ts';
import type { ErrorReport } from '../../../models/errors.ts';
import type { Look } from '../../../models/types.ts';
import { type ShownBoxes, showBoxes } from '../../overlay/selection.ts';
import { type SharedClasses, shareClasses } from '../../overlay/sharedClasses.ts';
import { type JudgedObject, judgeObjects } from '../../overlay/truth.ts';
import type { Size } from '../../overlay/view.ts';
import { useLook } from '../../state/looks.ts';
import { hidesGrid, useProject, useVariant } from '../../state/project.ts';
import { useView } from '../../state/view.ts';
import { usePicture } from './picture.ts';

/** One model at the current picture and thresholds. */
export interface Shown {
  readonly look: Look;
  readonly boxes: ShownBoxes;
  /** What the model made of the labelled objects; null where they are not asked for or the picture has no labels. */
  readonly objects: readonly JudgedObject[] | null;
}

/** A model of the comparison, and what it shows or why it shows nothing. */
export interface ShownModel {
  readonly variant: Variant | undefined;
  /** Null while the engine looks. */
  readonly shown: Shown | null;
  readonly error: ErrorReport | null;
}

/** What a model sees on the current picture; follows the sliders. */
export function useShownModel(variantId: string | null): ShownModel {
  const variant = useVariant(variantId);
  const imagePath = useView((state) => state.imagePath);
  const confidence = useView((state) => state.confidence);
  const iou = useView((state) => state.iou);
  const asksGrid = useView(({ overlay }) => overlay.grid || overlay.heat);
  const asksTruth = useView(({ overlay }) => overlay.truth);
  const entry = useLook(variant ? variant.id : null, imagePath, asksGrid && hidesGrid(variant));
  const look = entry?.state === 'ready' ? entry.look : null;
  const spec = variant?.inspection.detector?.spec;
  const shown = useMemo(() => {
    if (!look) return null;
    const boxes = showBoxes(look, confidence, iou);
    const objects =
      asksTruth && look.truth && spec ? judgeObjects(look, boxes, spec, look.truth.objects, confidence) : null;
    return { look, boxes, objects };
  }, [look, spec, confidence, iou, asksTruth]);
  return { variant, shown, error: entry?.state === 'failed' ? entry.error : null };
}

/** The baseline and up to three variants, in order. */
export function useShownModels(): readonly ShownModel[] {
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const baseline = useShownModel(baselineId);
  const first = useShownModel(variantIds[0] ?? null);
  const second = useShownModel(variantIds[1] ?? null);
  const third = useShownModel(variantIds[2] ?? null);
  return [baseline, first, second, third].filter(({ variant }) => variant !== undefined);
}

/** The classes of all models that are side by side: one colour each. */
export function useSharedClasses(): SharedClasses {
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const variants = useProject(({ project }) => project.variants);
  return useMemo(() => {
    const named = [baselineId, ...variantIds].map((id) => variants.find((one) => one.id === id));
    return shareClasses(named.map((variant) => variant?.inspection.detector?.classNames ?? []));
  }, [baselineId, variantIds, variants]);
}

/** The picture that is chosen in the strip. */
function useCurrentImage(): TrayImage | undefined {
  const imagePath = useView((state) => state.imagePath);
  return useProject((state) => state.project.images.find(({ path }) => path === imagePath));
}

/** The current picture decoded, and its size as the engine (or else the browser) sees it. */
export function useCurrentPicture(look: Look | null): {
  readonly picture: HTMLImageElement | null;
  readonly image: Size | null;
  readonly failed: boolean;
} {
  const picture = usePicture(useCurrentImage()?.url ?? null);
  const width = look?.width ?? picture?.image?.naturalWidth ?? 0;
  const height = look?.height ?? picture?.image?.naturalHeight ?? 0;
  const image = useMemo(() => (width > 0 && height > 0 ? { width, height } : null), [width, height]);
  return { picture: picture?.image ?? null, image, failed: picture?.failed ?? false };
}
