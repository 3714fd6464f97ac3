/** Columns and rows of a glyph. */
export const glyphWidth = 5;
export const glyphHeight = 9;

/**
 * A small bitmap face for labels drawn into pictures, so that drawing needs no installed font: "!" to "~", each glyph 45
 * bits from the top left, row by row, in base 36.
 */
const glyphs = `
  1lxlygqgw 40tv64zr4 414e6b474 1qzadt7gg 9nq9ye2v4 4wjfd34sg 1lxjo1zwg 0txfge41s 3610y4gsg 021q1bg8w
  01tlalce8 000008ozs 000h7atq8 000008ow0 00gu4o934 5o5kgrfnk 1pfvxr9xc 5nwdwwpa8 c3vxxph4w 0uu5eueps
  cadqjksg0 2fxaixyps c3f7ee96o 5o4gxdam8 5o4h72b5s 05fc9vk00 0063rb43s 0txjw7m68 00fb0z4zk 3610e5a0w
  5nwdwqhog 5nwkbilfk 5o4iu1khs bwmgededc 5o409f6kg b4ztlwykg ca7aadu68 ca7aadibk 5o445vzsw 6u823hp1c
  5i8p2w8ao 2r4cjrgn4 6up7s9zi8 6fqfu6i9s 6ynq1u9ds 6ubun6vi8 5o4ilauww bwmgdpwxs 5o4intfr4 bwmgg98n4
  61pajqeps c4rjl2sxs 6u7ubszy8 6u7ubnv28 6u7wmadc0 6u46os7b4 6u46krxts c3f7ekdmo 5k1ve3i0w 074k9tjb4
  5hc3xalfk 1oqo02t4w 000000ohs 360zsu5mo 006xfkrnk 6ftjeafpc 0075rv1fk 0enluvklc 0076l6n7k 2g93fv6yo
  007o3qqlq 6ftjea5fk 1kaf1648w 0s57ikymk 6frhpplvk 4q6h984xs 00d5q7kzk 00b8uidq8 0076cgpa8 00f2gxa8g
  007o3qqld 00b8tv6kg 0075qb7cw 38532o0sg 008nmc4jk 008nm5lvk 008novd34 008ji7eo0 008nmarla 00fbo8zy8
  0tvgcs5q8 1lxlyjjls 3620hxfy8 0049r0074`
  .trim()
  .split(/\s+/)
  .map((digits) => Number.parseInt(digits, 36));

const firstCharacter = 33;

/** Whether the glyph of a character has ink at a column and row; unknown characters look like "?", a space is empty. */
export function hasInk(character: string, column: number, row: number): boolean {
  if (character === ' ') return false;
  const bits = glyphs[character.charCodeAt(0) - firstCharacter] ?? glyphs['?'.charCodeAt(0) - firstCharacter] ?? 0;
  // 45 bits do not fit the bit operators' 32.
  return Math.floor(bits / 2 ** (glyphWidth * glyphHeight - 1 - (row * glyphWidth + column))) % 2 === 1;
}
