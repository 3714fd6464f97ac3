import { describe, expect, it } from 'vitest';
import { listCommands } from './commands.ts';
import { en } from './i18n/en.ts';
import { commandForKey } from './keyboard.ts';

const commands = listCommands(en);
const press = (key: string, modifiers: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) =>
  commandForKey(commands, { key, ctrlKey: false, metaKey: false, altKey: false, ...modifiers })?.id;

describe('commands', () => {
  it('have names and keys of their own', () => {
    const ids = commands.map(({ id }) => id);
    const keys = commands.flatMap((command) => command.keys);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(commands.map(({ title }) => title)).size).toBe(commands.length);
  });

  it('answer to their keys, with caps lock too, but not to the system’s', () => {
    expect(press('3')).toBe('go-compare');
    expect(press('B')).toBe('toggle-boxes');
    expect(press('ArrowLeft')).toBe('previous-picture');
    expect(press('?')).toBe('cheat-sheet');
    expect(press('k', { ctrlKey: true })).toBe('palette');
    expect(press('k', { metaKey: true })).toBe('palette');
    expect(press('c', { ctrlKey: true })).toBeUndefined();
    expect(press('b', { altKey: true })).toBeUndefined();
    expect(press('z')).toBeUndefined();
  });
});
