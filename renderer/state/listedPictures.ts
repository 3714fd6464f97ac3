import type { TrayImage } from '../../electron/contract.ts';
import { applicable, listPictures, type PictureFilter, type VerdictOf } from '../overlay/pictureFilter.ts';
import { rememberLast } from '../rememberLast.ts';

/**
 * The pictures that the strip lists, and the arrow keys leaf through: made once for both.
 * @param compares false while one model is looked at alone
 */
export const listedPictures = rememberLast(
  (
    tray: readonly TrayImage[],
    verdictOf: VerdictOf,
    filter: PictureFilter,
    compares: boolean,
    worstFirst: boolean,
  ): readonly TrayImage[] => listPictures(tray, verdictOf, applicable(filter, compares), worstFirst),
);
