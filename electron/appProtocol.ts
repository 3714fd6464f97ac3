import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { systemErrorCode } from '../models/files.ts';
import { contentSecurityPolicy } from './contentSecurityPolicy.ts';
import { appOrigin } from './origin.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** In the built page, where the nonce of this load goes. */
const noncePlaceholder = '__CSP_NONCE__';

/**
 * The file a page address stands for, or null where it is not a plain path inside the folder.
 * Percent-encoded separators and dots are refused, not resolved.
 */
export function pageFile(folder: string, address: string): string | null {
  const url = parseAddress(address);
  if (url === null || !address.startsWith(`${appOrigin}/`)) return null;
  const path = url.pathname.slice(1);
  if (!/^[\w-][\w./-]*$/.test(path) || path.includes('..')) return null;
  const file = join(folder, path);
  return file.startsWith(folder + sep) ? file : null;
}

function parseAddress(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/** Serves the built window from its folder, every page with a policy and a nonce of its own. */
export function createAppHandler(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const file = pageFile(folder, request.url);
    const mediaType = file === null ? undefined : mediaTypes[extname(file)];
    if (file === null || mediaType === undefined || request.method !== 'GET') return refuse(403);
    const nonce = randomBytes(16).toString('base64');
    const headers = {
      'content-type': mediaType,
      'content-security-policy': contentSecurityPolicy(nonce),
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    };
    try {
      if (extname(file) !== '.html') return new Response(await readFile(file), { headers });
      const page = await readFile(file, 'utf8');
      return new Response(page.replaceAll(noncePlaceholder, nonce), { headers });
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return refuse(404);
      throw error;
    }
  };
}

function refuse(status: 403 | 404): Response {
  return new Response(null, { status, headers: { 'content-security-policy': "default-src 'none'" } });
}
