/** A rectangle in the units of the picture it lies on. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Share of the font size that a character takes in the report's sans-serif faces at weight 600; generous by a little. */
function characterWidth(character: string): number {
  if (/[\u1100-\ud7ff\uf900-\uffef]/.test(character)) return 1.02;
  if (/[ijltfr.,:;'|!()[\] ]/.test(character)) return 0.36;
  if (/[mwMW@%]/.test(character)) return 0.92;
  return /[A-Z]/.test(character) ? 0.7 : 0.62;
}

/** Width of a label with its padding, in the units of `fontSize`. */
export function labelWidth(text: string, fontSize: number): number {
  let width = 0.6;
  for (const character of text) width += characterWidth(character);
  return width * fontSize;
}

function overlaps(a: Place, b: Place): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * Where the label of a box goes: above it, inside its top, below it, or the same at its right edge; the first place that is
 * inside the picture and covers no label placed before. Where all are taken it goes above all the same.
 */
export function placeLabel(
  box: Place,
  size: { readonly width: number; readonly height: number },
  picture: { readonly width: number; readonly height: number },
  taken: readonly Place[],
): Place {
  const right = box.x + box.width - size.width;
  const bottom = box.y + box.height;
  const corners = [
    [box.x, box.y - size.height],
    [box.x, box.y],
    [box.x, bottom],
    [right, box.y - size.height],
    [right, box.y],
    [box.x, bottom - size.height],
    [right, bottom],
  ] as const;
  const candidates = corners
    .filter(([, y]) => y >= 0 && y + size.height <= picture.height)
    .map(([x, y]) => ({ ...size, x: Math.max(0, Math.min(x, picture.width - size.width)), y }));
  const fallback = candidates[0] ?? { ...size, x: Math.max(0, box.x), y: Math.max(0, box.y) };
  return candidates.find((candidate) => !taken.some((other) => overlaps(candidate, other))) ?? fallback;
}
