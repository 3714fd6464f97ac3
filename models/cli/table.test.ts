import { describe, expect, it } from 'vitest';
import { makeStyle } from './style.ts';
import { renderFacts, renderTable, textWidth } from './table.ts';

describe('renderTable', () => {
  it('sets words left and figures right, without trailing spaces', () => {
    const columns = [
      { title: 'model', align: 'left' },
      { title: 'p50', align: 'right' },
    ] as const;
    const rows = [
      ['a', '10.0 ms'],
      ['longer', '1 ms'],
    ];
    expect(renderTable(columns, rows)).toBe('model       p50\na       10.0 ms\nlonger     1 ms\n');
  });

  it('keeps columns straight with colours and wide characters', () => {
    const { good } = makeStyle(true);
    expect(good('ok')).not.toBe('ok');
    expect(textWidth(good('ok'))).toBe(2);
    expect(textWidth('汽车')).toBe(4);
    expect(textWidth('é')).toBe(textWidth('e\u0301'));
    const lines = renderFacts([
      ['汽车', 'x'],
      [good('good'), 'x'],
    ]).split('\n');
    expect(lines.slice(0, 2).map((line) => textWidth(line))).toEqual([7, 7]);
  });

  it('leaves text as it is without colours', () => {
    expect(makeStyle(false).bad('no')).toBe('no');
  });
});
