import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAppHandler, pageFile } from './appProtocol.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright pagé '));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.json'), '{}');
  await writeFile(join(folder, 'renderer', 'index.html'), '<style nonce="__CSP_NONCE__"></style><b __CSP_NONCE__>');
  await writeFile(join(folder, 'renderer', 'assets', 'main-B_x1.js'), '"__CSP_NONCE__"');
  await writeFile(join(folder, 'renderer', 'notes.txt'), 'no type that a page needs');
});
afterAll(() => rm(folder, { recursive: true }));

const get = (address: string) => createAppHandler(join(folder, 'renderer'))(new Request(address));

describe('the page', () => {
  it('comes with the policy and a nonce of its own each time', async () => {
    const [first, second] = [await get('studio-app://app/index.html'), await get('studio-app://app/index.html')];
    const nonces = [];
    for (const response of [first, second]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
      expect(await response.text()).toBe(`<style nonce="${nonce}"></style><b ${nonce}>`);
      expect(policy).toContain("default-src 'none'; script-src 'self'; ");
      expect(policy).not.toContain('unsafe');
      nonces.push(nonce);
    }
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('has its scripts as they are, with their type', async () => {
    const response = await get('studio-app://app/assets/main-B_x1.js?v=1#x');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe('"__CSP_NONCE__"');
  });

  it.each([
    ['studio-app://app/../secret.json', 404],
    ['studio-app://app/%2e%2e/secret.json', 404],
    ['studio-app://app/..%2fsecret.json', 403],
    ['studio-app://app/assets/..%5c..%5csecret.json', 403],
    ['studio-app://app/%2fetc%2fpasswd', 403],
    ['studio-app://app//etc/hostname.json', 403],
    ['studio-app://app/.hidden.js', 403],
    ['studio-app://app/', 403],
    ['studio-app://app/notes.txt', 403],
    ['studio-app://app/missing.js', 404],
    ['studio-app://other/index.html', 403],
    ['studio-app://app.evil/index.html', 403],
  ])('is all there is: %s gives %i', async (address, status) => {
    const response = await get(address);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
  });

  it('is only ever read', async () => {
    const post = new Request('studio-app://app/index.html', { method: 'POST' });
    expect((await createAppHandler(join(folder, 'renderer'))(post)).status).toBe(403);
  });

  it('never names a file outside its folder', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '%2e%2e', '%2f', '\\', '%5c', '/', '', 'a', 'b.js', '%00'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const file = pageFile('/dist/renderer', `studio-app://app/${parts.join('/')}`);
        if (file !== null) expect(file.startsWith(join('/dist/renderer', '/'))).toBe(true);
      }),
    );
  });
});
