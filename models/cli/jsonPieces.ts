/** Characters that are gathered before a piece is given. */
const pieceLength = 65_536;

/**
 * The text of plain data as `JSON.stringify` gives it, in pieces: lists of the outermost object are written element by element,
 * so that a long report is never held a second time.
 */
export function* jsonPieces(data: object): Generator<string, void, undefined> {
  let gathered = '';
  for (const part of jsonParts(data)) {
    gathered += part;
    if (gathered.length < pieceLength) continue;
    yield gathered;
    gathered = '';
  }
  yield gathered;
}

function* jsonParts(data: object): Generator<string, void, undefined> {
  if (Array.isArray(data)) {
    yield* listParts(data);
    return;
  }
  yield '{';
  let comma = '';
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue;
    yield `${comma}${JSON.stringify(key)}:`;
    comma = ',';
    if (Array.isArray(value)) yield* listParts(value);
    else yield JSON.stringify(value);
  }
  yield '}';
}

function* listParts(list: readonly unknown[]): Generator<string, void, undefined> {
  yield '[';
  for (const [index, element] of list.entries()) {
    // As in JSON.stringify, what is not there keeps its place.
    yield `${index === 0 ? '' : ','}${JSON.stringify(element) ?? 'null'}`;
  }
  yield ']';
}
