/** A function that keeps its last result, for the same arguments again. */
export function rememberLast<Arguments extends readonly unknown[], Result>(
  make: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let last: { readonly given: Arguments; readonly result: Result } | null = null;
  return (...given) => {
    const isSame = last?.given.every((one, index) => Object.is(one, given[index])) === true;
    if (last === null || !isSame) last = { given, result: make(...given) };
    return last.result;
  };
}
