import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Image } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { classNames } from './scene.ts';

const folder = join(import.meta.dirname, '..', '..', 'models', 'samples');
const names = (part: string): readonly string[] => readdirSync(join(folder, part, 'val')).toSorted();

describe('the shipped sample', () => {
  it('names the classes that the generator draws', () => {
    const schema = z.object({ val: z.string(), names: z.record(z.string(), z.string()) });
    const data = schema.parse(parse(readFileSync(join(folder, 'data.yaml'), 'utf8')));
    expect(data.val).toBe('images/val');
    expect(data.names).toEqual({ ...classNames });
  });

  it('has a label file with sound rows for each of its pictures', async () => {
    const pictures = names('images');
    expect(pictures.length).toBe(24);
    expect(names('labels').map((name) => basename(name, '.txt'))).toEqual(
      pictures.map((name) => basename(name, '.jpg')),
    );
    const seen = new Set<number>();
    for (const name of names('labels')) {
      const rows = readFileSync(join(folder, 'labels', 'val', name), 'utf8')
        .trim()
        .split('\n');
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        const [kind = -1, x = -1, y = -1, width = -1, height = -1, ...rest] = row.split(' ').map(Number);
        expect(rest).toEqual([]);
        expect(Number.isInteger(kind) && kind >= 0 && kind < classNames.length).toBe(true);
        seen.add(kind);
        expect(Math.min(width, height)).toBeGreaterThan(0);
        expect(Math.min(x - width / 2, y - height / 2)).toBeGreaterThan(-1e-5);
        expect(Math.max(x + width / 2, y + height / 2)).toBeLessThan(1 + 1e-5);
      }
    }
    expect(seen.size).toBe(classNames.length);
  });

  it('has pictures that open, in several sizes', () => {
    const sizes = names('images').map((name) => {
      const image = new Image();
      image.src = readFileSync(join(folder, 'images', 'val', name));
      return `${image.width}x${image.height}`;
    });
    expect(sizes).not.toContain('0x0');
    expect(new Set(sizes).size).toBeGreaterThanOrEqual(3);
  });

  it('stays under 2 MB together', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const total = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
    expect(total).toBeLessThan(2_000_000);
  });
});
