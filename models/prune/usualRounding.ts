/** What a rounding of `auto` counts as where nobody has measured: the block of channels that most kernels work in. */
export const usualRounding = 8;
