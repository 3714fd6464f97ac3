import { StudioError } from '../errors.ts';

/** Everything the command line touches outside itself, so that tests can stand in for a terminal. */
export interface CommandIo {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** The whole of standard input. */
  readonly readInput: () => Promise<string>;
  /** Standard error is a terminal: progress may be redrawn in place. */
  readonly interactive: boolean;
  /** Standard output may be coloured. */
  readonly color: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Longest list of paths that standard input may hold, in characters. */
const maximumInput = 64 * 1024 * 1024;

async function readStandardInput(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > maximumInput) {
      throw new StudioError('bad-input', 'The list of paths on standard input is larger than 64 MB.');
    }
  }
  return text;
}

/**
 * The terminal of this process. Ctrl-C aborts `signal`; a second one ends the process at once, because a native
 * computation cannot be interrupted.
 */
export function processIo(): CommandIo {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  process.on('SIGTERM', () => controller.abort());
  // `boxwright detect ... | head` closes the pipe early; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    readInput: readStandardInput,
    interactive: process.stderr.isTTY === true,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
    columns: process.stderr.columns ?? 80,
    signal: controller.signal,
  };
}
