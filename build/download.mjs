import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startProgress } from './say.mjs';

/**
 * @param {unknown} error
 * @returns {string}
 */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return `${error.message}: ${cause.code}`;
  return error.message;
}

/**
 * Downloads a file. A host that has not begun to answer after `answerWithin` ms is given up, and so is one
 * that falls silent for `silence` ms; how long the transfer takes as a whole is not limited.
 * @param {string} url
 * @param {string} path
 * @param {{answerWithin?: number, silence?: number}} [limits]
 * @returns {Promise<void>}
 */
export async function download(url, path, { answerWithin = 5000, silence = 60_000 } = {}) {
  const { host } = new URL(url);
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  let timer = setTimeout(giveUp, answerWithin);
  /** @type {string} */
  let waitingFor = `no answer within ${answerWithin / 1000} s`;
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    waitingFor = `silent for ${silence / 1000} s`;
    const showProgress = startProgress(`downloading from ${host}`, Number(response.headers.get('content-length') ?? 0));
    let done = 0;
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      async function* (chunks) {
        for await (const chunk of chunks) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, silence);
          done += chunk.length;
          showProgress(done);
          yield chunk;
        }
      },
      createWriteStream(path),
      { signal: controller.signal },
    );
  } catch (error) {
    const reason = controller.signal.aborted ? waitingFor : reasonOf(error);
    throw new Error(`${host}: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
