/** Longer texts are not parsed: no detector has that many classes. */
const maximumLength = 1_000_000;

/**
 * Class names from a model's `names` metadata: a Python dict or list literal, JSON, or a comma list. Parsed, never
 * evaluated. Returns null where the text is none of these; a gap in the numbering becomes its number.
 */
export function parseClassNames(text: string): string[] | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maximumLength) return null;
  if (trimmed.startsWith('{') || trimmed.startsWith('[') || trimmed.startsWith('(')) {
    const value = parseLiteral(trimmed);
    return value === null ? null : namesOf(value);
  }
  return trimmed.split(',').map((name) => name.trim());
}

/** The whole numbers of an `imgsz` or `stride` text, e.g. "[640, 640]" or "32". */
export function parseIntegers(text: string | undefined): number[] {
  return (text?.slice(0, 1000).match(/\d+/g) ?? []).map(Number);
}

type Literal = string | number | Literal[] | Map<string | number, Literal>;

function namesOf(value: Literal): string[] | null {
  if (Array.isArray(value)) return value.map((item) => String(item));
  if (!(value instanceof Map)) return null;
  const byNumber = new Map([...value].map(([key, name]) => [Number(key), String(name)]));
  const numbers = [...byNumber.keys()];
  if (numbers.some((number) => !Number.isInteger(number) || number < 0 || number > 65_535)) return null;
  return Array.from({ length: 1 + Math.max(-1, ...numbers) }, (_, index) => byNumber.get(index) ?? String(index));
}

/** One Python or JSON literal of strings, numbers, lists and dicts; null where the text is anything else. */
function parseLiteral(text: string): Literal | null {
  let at = 0;

  const skipSpace = () => {
    while (/\s/.test(text.charAt(at))) at += 1;
  };
  const take = (character: string): boolean => {
    skipSpace();
    if (text.charAt(at) !== character) return false;
    at += 1;
    return true;
  };

  const parseValue = (depth: number): Literal | null => {
    if (depth > 8) return null;
    skipSpace();
    const start = text.charAt(at);
    if (start === '{') return parseDict(depth);
    if (start === '[' || start === '(') return parseList(depth, start === '[' ? ']' : ')');
    if (start === '"' || start === "'") return parseString();
    return parseWord();
  };

  const parseList = (depth: number, end: string): Literal[] | null => {
    const items: Literal[] = [];
    at += 1;
    while (!take(end)) {
      const item = parseValue(depth + 1);
      if (item === null) return null;
      items.push(item);
      if (!take(',')) return take(end) ? items : null;
    }
    return items;
  };

  const parseDict = (depth: number): Map<string | number, Literal> | null => {
    const entries = new Map<string | number, Literal>();
    at += 1;
    while (!take('}')) {
      const key = parseValue(depth + 1);
      if ((typeof key !== 'string' && typeof key !== 'number') || !take(':')) return null;
      const value = parseValue(depth + 1);
      if (value === null) return null;
      entries.set(key, value);
      if (!take(',')) return take('}') ? entries : null;
    }
    return entries;
  };

  const parseString = (): string | null => {
    const quote = text.charAt(at);
    let result = '';
    for (at += 1; at < text.length; at += 1) {
      const character = text.charAt(at);
      if (character === quote) {
        at += 1;
        return result;
      }
      if (character === '\\') result += parseEscape();
      else result += character;
    }
    return null;
  };

  /** The character that a backslash sequence stands for; leaves `at` on the last character of the sequence. */
  const parseEscape = (): string => {
    at += 1;
    const letter = text.charAt(at);
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits !== undefined) {
      const code = Number.parseInt(text.slice(at + 1, at + 1 + digits), 16);
      if (Number.isNaN(code) || code > 0x10ffff) return letter;
      at += digits;
      // UTF-16 units rather than code points, so that JSON's surrogate pairs join up.
      return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
    }
    return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[letter] ?? letter;
  };

  const parseWord = (): string | number | null => {
    const word = /^[\w.+-]+/.exec(text.slice(at, at + 100))?.[0];
    if (word === undefined) return null;
    at += word.length;
    return Number.isNaN(Number(word)) ? word : Number(word);
  };

  const value = parseValue(0);
  skipSpace();
  return at === text.length ? value : null;
}

/** The 80 classes of COCO in the order every YOLO trained on it uses. */
export const cocoNames: readonly string[] = `person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,
  fire hydrant,stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,
  handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,
  tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,
  donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,
  toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush`
  .split(',')
  .map((name) => name.trim());
