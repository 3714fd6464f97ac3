/** Columns and rows of a glyph. */
export const glyphWidth = 5;
export const glyphHeight = 7;

/**
 * A small bitmap face for labels drawn into pictures, so that drawing needs no installed font: "!" to "~", each glyph 35
 * bits from the top left, row by row, in base 36.
 */
const glyphs = `
  21bllok 53asrgg 53o4fuy 27pjbus c83fz37 67fl4r1 21bipds 11vmdfm 40bf9fs 02lb0jk 02b0igw 00009l4
  000lrsw 00000b0 00lb4sg 76dsppq 25rf3wu 7626cyn fbo44z2 131183m fjw0eni 33a2mum fb2xjwo 76ceo8e
  76cf0i4 06v8800 06v87t4 11vrzpe 00jde68 40bek5k 7626cqs 762egtq 76ch35d f2h64ou 76btkxa e3ic5ss
  fjnugin fjnugi8 76byipb 8nmknjl 6ywdqq6 3hg6vrg 8o8aez5 85aef4v 8t8nepd 8nrdgz5 76cgs32 f2h63v4
  76cgv9p f2h672p 7nj2num fcs3z44 8nmatke 8nmatdw 8nmdpyi 8nho7qp 8nho2o4 fb2xk4f 716vaj2 090pnog
  6xr4ytq 24vi03k 000000v 40bdt6o 008rorz 85ebm0u 00928tq 0ijr3n3 00939xq 33p0f0o 08mm5ny 85ebm0h
  1z8onf2 0zmcc3w 85bqcuq 5zdtpqm 00gnk8h 00e8dv5 0092ywe 0gyabdc 07jwqap 00e8d1s 00926v2 42zopba
  00aye7h 00aydz8 00ayhey 00at6q9 09qkj72 00je7mn 11t4dxe 21blls4 40co96w 005el8g`
  .trim()
  .split(/\s+/)
  .map((digits) => Number.parseInt(digits, 36));

const firstCharacter = 33;

/** Whether the glyph of a character has ink at a column and row; unknown characters look like "?", a space is empty. */
export function hasInk(character: string, column: number, row: number): boolean {
  if (character === ' ') return false;
  const bits = glyphs[character.charCodeAt(0) - firstCharacter] ?? glyphs['?'.charCodeAt(0) - firstCharacter] ?? 0;
  // 35 bits do not fit the bit operators' 32.
  return Math.floor(bits / 2 ** (glyphWidth * glyphHeight - 1 - (row * glyphWidth + column))) % 2 === 1;
}
