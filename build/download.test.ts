import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { download } from './download.mjs';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/electron.zip`;
}

function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'boxwright-download-')), 'file');
}

test('a host that does not answer is given up within 5 seconds', async () => {
  const url = await serve(() => {});
  const start = performance.now();
  await expect(download(url, newFile())).rejects.toThrow('no answer within 5 s');
  expect(performance.now() - start).toBeLessThan(5500);
});

test('a slow transfer is not cut off while bytes keep coming', async () => {
  const url = await serve((_, response) => {
    let sent = 0;
    const timer = setInterval(() => {
      response.write('x'.repeat(1000));
      sent++;
      if (sent === 8) {
        clearInterval(timer);
        response.end();
      }
    }, 50);
  });
  const path = newFile();
  await download(url, path, { answerWithin: 200, silence: 300 });
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(8000));
});

test('a transfer that falls silent is given up', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('x');
  });
  await expect(download(url, newFile(), { silence: 200 })).rejects.toThrow('silent for 0.2 s');
});

test('a refusal and a closed port are named', async () => {
  const url = await serve((_, response) => response.writeHead(404).end());
  await expect(download(url, newFile())).rejects.toThrow('status 404');
  await expect(download('http://127.0.0.1:1/file', newFile())).rejects.toThrow('127.0.0.1:1');
});
