/**
 * Class colours: light enough for dark text, and as far from each other as eight can be for normal, protanopic and
 * deuteranopic eyes together (found by search; the test measures it). They belong to boxes alone. Beyond eight classes
 * they repeat: the label says which is meant.
 */
const classColors = ['#ffb000', '#38bdf8', '#88cc99', '#ffff99', '#66ffff', '#009999', '#2277ff', '#ee3333'] as const;

/** Text on a label filled with a class colour. */
export const labelInk = '#101114';

/** The colour of a class: the same in every pane and picture, on screen and in reports. */
export function classColor(classId: number): string {
  return classColors[classId % classColors.length] ?? classColors[0];
}

/** All colours a class may have. */
export const palette: readonly string[] = classColors;
