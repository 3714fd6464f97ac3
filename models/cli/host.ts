import type { OperationName, OperationOutput, OperationRequest } from '../api.ts';
import { type ErrorReport, reportError, StudioError } from '../errors.ts';
import type { CommandIo } from './io.ts';
import { jsonPieces } from './jsonPieces.ts';
import { showProgress } from './progressLine.ts';
import { makeStyle, printable, type Style } from './style.ts';

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, gate: 3, cancelled: 130 } as const;

/** Options that every command takes. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** How a command shows what its operation returned. */
interface Presentation<Output> {
  /** For people; ends with a line break. */
  readonly render: (output: Output, style: Style) => string;
  /** Absent: 0. */
  readonly exitCode?: (output: Output) => number;
  /** Why the exit code is not 0, for standard error. */
  readonly complaint?: (output: Output) => string;
}

/** What the definition of a command gets to work with. */
export interface CommandHost {
  /** Runs an operation, shows its progress and prints its result. */
  readonly run: <Name extends OperationName>(
    name: Name,
    makeRequest: () => OperationRequest<Name> | Promise<OperationRequest<Name>>,
    flags: CommonFlags,
    presentation: Presentation<OperationOutput<Name>>,
  ) => Promise<void>;
  /** Paths as they were given, with every `-` replaced by those on standard input: ended by NUL, or one a line. */
  readonly expandPaths: (paths: readonly string[]) => Promise<string[]>;
}

/** The exit code that tells scripts what kind of fault it was. */
function exitCodeOf(report: ErrorReport): number {
  switch (report.code) {
    case 'cancelled':
      return exitCodes.cancelled;
    case 'bad-input':
      return exitCodes.usage;
    case 'gate-not-met':
      return exitCodes.gate;
    default:
      return exitCodes.failed;
  }
}

/** `boxwright: <message>`, the hint on a second line, and only with `--verbose` the details. */
function describeError(report: ErrorReport, verbose: boolean): string {
  const oneLine = (text: string) => printable(text.replace(/\s*\n\s*/g, ' ').trim());
  const lines = [`boxwright: ${oneLine(report.message)}`];
  if (report.hint !== undefined) lines.push(`  ${oneLine(report.hint)}`);
  if (report.code === 'internal' && !verbose)
    lines.push('  This is a defect of Boxwright; --verbose shows the details.');
  if (verbose && report.detail !== undefined) lines.push(report.detail);
  return `${lines.join('\n')}\n`;
}

/** What `--json` prints of an error. */
export function errorJson({ code, message, hint }: ErrorReport): string {
  return `${JSON.stringify({ error: { code, message, ...(hint === undefined ? {} : { hint }) } })}\n`;
}

/** Connects commands with the engine's operations and a terminal. `finish` receives the exit code. */
export function makeHost(io: CommandIo, finish: (exitCode: number) => void): CommandHost {
  const fail = (error: unknown, flags: CommonFlags) => {
    const report = reportError(error);
    if (flags.json) io.writeOut(errorJson(report));
    io.writeError(describeError(report, flags.verbose === true));
    finish(exitCodeOf(report));
  };

  const run: CommandHost['run'] = async (name, makeRequest, flags, presentation) => {
    const progress = showProgress(io);
    try {
      // Loaded here and not above: `--help` must not wait for the inference runtime.
      const [{ parseInput }, { operations }] = await Promise.all([
        import('../parseInput.ts'),
        import('../operations.ts'),
      ]);
      const input = parseInput(name, await makeRequest());
      io.signal.throwIfAborted();
      const report = flags.quiet ? () => undefined : progress.report;
      const output = await operations[name](input, { signal: io.signal, report });
      progress.end();
      if (flags.json) {
        for (const piece of jsonPieces(output)) io.writeOut(piece);
        io.writeOut('\n');
      } else io.writeOut(presentation.render(output, makeStyle(io.color)));
      const exitCode = presentation.exitCode?.(output) ?? exitCodes.done;
      if (exitCode !== exitCodes.done && presentation.complaint !== undefined) {
        io.writeError(`boxwright: ${presentation.complaint(output)}\n`);
      }
      finish(exitCode);
    } catch (error) {
      progress.end();
      fail(error, flags);
    }
  };

  const expandPaths = async (paths: readonly string[]) => {
    if (!paths.includes('-')) return [...paths];
    const text = await io.readInput();
    // As `find -print0` gives them: only so can a name hold a line break.
    const lines = text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((line) => line !== '');
    if (lines.length === 0) throw new StudioError('no-images', 'Standard input holds no path.');
    return paths.flatMap((path) => (path === '-' ? lines : [path]));
  };

  return { run, expandPaths };
}
