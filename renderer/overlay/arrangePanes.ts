import type { Size } from './view.ts';

/** Another arrangement must show the picture this much larger than a single row: leafing should not rearrange for little. */
const worthwhile = 1.1;

/**
 * How many columns `count` equal panes should stand in, so that the picture is shown as large as can be.
 * @param area what the panes share, in pixels
 * @param header the height each pane gives to its header, in pixels
 */
export function arrangePanes(count: number, area: Size, picture: Size, header: number): number {
  const scaleIn = (columns: number) => {
    const rows = Math.ceil(count / columns);
    return Math.min(area.width / columns / picture.width, (area.height / rows - header) / picture.height);
  };
  let best = count;
  for (let columns = count - 1; columns >= 1; columns -= 1) {
    const gain = scaleIn(columns) / scaleIn(best);
    if (gain > (best === count ? worthwhile : 1)) best = columns;
  }
  return best;
}
