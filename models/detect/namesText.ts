import { parse } from 'yaml';
import { parseClassNames } from './classNames.ts';

/**
 * Class names as people keep them: one a line, a comma list, a Python or JSON list, or the `names` of a data.yaml. Null where
 * the text is none of these.
 */
export function parseNames(text: string): string[] | null {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (/^["']?names["']?\s*:/m.test(trimmed)) return namesOfYaml(trimmed);
  if (/^[[{(]/.test(trimmed) || !trimmed.includes('\n')) return parseClassNames(trimmed);
  return trimmed.split('\n').map((line) => line.trim());
}

function namesOfYaml(text: string): string[] | null {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch {
    return null; // the caller says that it holds no names
  }
  if (typeof value !== 'object' || value === null || !('names' in value)) return null;
  const { names } = value;
  if (typeof names === 'string') return parseClassNames(names);
  return typeof names === 'object' ? parseClassNames(JSON.stringify(names)) : null;
}
