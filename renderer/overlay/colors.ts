/**
 * Class colours after Okabe and Ito, "Color Universal Design" (2008), lightened so that dark text on them and the
 * lines themselves stay legible on any picture. They belong to boxes alone. Beyond eight classes colours repeat: the
 * label says which is meant.
 */
const classColors = ['#ffb000', '#38bdf8', '#ff8ac6', '#2fd6a0', '#f5ea5a', '#ff7f50', '#b3a6ff', '#e8e8e8'] as const;

/** Text on a label filled with a class colour. */
export const labelInk = '#101114';
/** Drawn under every line, so that it shows on light ground too. */
export const halo = 'rgba(0, 0, 0, 0.55)';
/** Hue of the heat layer; no class has it. */
export const heatColor = [255, 79, 216] as const;

/** The colour of a class: the same in every pane and picture. */
export function classColor(classId: number): string {
  return classColors[classId % classColors.length] ?? classColors[0];
}

/** All colours a class may have. */
export const palette: readonly string[] = classColors;
