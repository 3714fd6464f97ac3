/** Lines as they are typed; an empty field is no pattern at all. */
export function splitPatterns(value: string): string[] {
  return value === '' ? [] : value.split('\n');
}

/** What is sent: without empty lines and spaces around. */
export function cleanPatterns(keep: readonly string[]): string[] {
  return keep.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
}
