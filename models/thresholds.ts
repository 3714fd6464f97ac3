/** Scores and overlaps at which boxes count where nothing else is asked for. */

/** For looking at pictures. */
export const lookingThresholds = { confidence: 0.25, iou: 0.7, maxDetections: 300 } as const;

/** For measuring: nearly every box counts, as in published figures. */
export const measuringThresholds = { ...lookingThresholds, confidence: 0.001 } as const;
