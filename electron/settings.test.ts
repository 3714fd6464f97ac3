import { describe, expect, it } from 'vitest';
import { defaultSettings, settingsDocument } from './settings.ts';

describe('settings from the disk', () => {
  it('lose no more than the field that is not valid', () => {
    const stored = {
      ...defaultSettings,
      colorScheme: 'light',
      threads: 8,
      confidence: 7,
      provider: 'abacus',
      older: 1,
    };
    expect(settingsDocument.parse(stored)).toEqual({ ...defaultSettings, colorScheme: 'light', threads: 8 });
    expect(settingsDocument.parse({})).toEqual(defaultSettings);
  });

  it('are not valid at all where they are no object', () => {
    expect(settingsDocument.safeParse([]).success).toBe(false);
    expect(settingsDocument.safeParse('dark').success).toBe(false);
  });
});
