import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

/** What a browser reads out of escaped text. */
function readEscaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

describe('html', () => {
  it('escapes inserted text and leaves inserted markup', () => {
    const name = '<img src=x onerror="alert(1)">';
    expect(html`<b title="${name}">${html`<i>${'a & b'}</i>`}${[html`<u/>`, html`<s/>`]}${3}</b>`.html).toBe(
      '<b title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"><i>a &amp; b</i><u/><s/>3</b>',
    );
  });

  it('lets no text open a tag or end an attribute, and loses none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', 'a', 'l', 't', '😀') }), (text) => {
        const { html: escaped } = html`${text}`;
        expect(escaped).not.toMatch(/[<>"']/);
        expect(readEscaped(escaped)).toBe(text);
      }),
    );
  });
});
