/** Markup that is safe to insert as it is. */
export interface Html {
  readonly html: string;
}

type Content = Html | string | number | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function insert(content: Content): string {
  if (typeof content === 'string') return escapeText(content);
  if (typeof content === 'number') return String(content);
  return 'html' in content ? content.html : content.map((part) => part.html).join('');
}

/** Template tag: every inserted text is escaped, for element content and quoted attributes; inserted markup is not. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let text = strings[0] ?? '';
  for (const [index, content] of contents.entries()) text += insert(content) + (strings[index + 1] ?? '');
  return { html: text };
}

/** Nothing, for an absent part. */
export const nothing: Html = { html: '' };
