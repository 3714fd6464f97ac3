/** Drawn under every line, so that it shows on light ground too. */
export const halo = 'rgba(0, 0, 0, 0.55)';
/** Hue of the heat layer; no class has it. */
export const heatColor = [255, 79, 216] as const;
