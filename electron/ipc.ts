import type { WebContents } from 'electron';
import type { z } from 'zod';
import { type ErrorReport, reportError, StudioError } from '../models/errors.ts';
import type { Reply, ShellCallName, ShellCalls, ShellEventName, ShellEvents } from './contract.ts';
import { isAppAddress } from './origin.ts';

/** One handler per call: a missing one does not compile. */
export type CallHandlers = {
  readonly [Name in ShellCallName]: (
    ...parameters: Parameters<ShellCalls[Name]>
  ) => ReturnType<ShellCalls[Name]> | Promise<ReturnType<ShellCalls[Name]>>;
};

/** The handlers and the schemas of their parameters. */
export interface CallTable {
  readonly handlers: CallHandlers;
  readonly parameters: { readonly [Name in ShellCallName]: z.ZodType<Parameters<ShellCalls[Name]>> };
}

export interface CallHost<Event> {
  readonly ipc: {
    readonly handle: (channel: string, listener: (event: Event, ...parameters: unknown[]) => Promise<unknown>) => void;
  };
  /** The page that may call; anyone else is refused. */
  readonly isTrusted: (event: Event) => boolean;
  /** Resolves once the shell is up: calls made before wait for it. */
  readonly table: Promise<CallTable>;
  /** Told of refusals and of defects. */
  readonly onFault: (channel: string, error: ErrorReport) => void;
}

/** Only the main frame of the studio's own window, showing the studio's own page, may call. */
export function isTrustedSender<Frame extends { readonly url: string }>(
  event: { readonly senderFrame: Frame | null },
  contents: { readonly mainFrame: Frame },
): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === contents.mainFrame && isAppAddress(frame.url);
}

/** Answers calls on these channels: checks who calls and with what, runs the handler, replies with plain data. */
export function handleCalls<Event>(names: readonly ShellCallName[], host: CallHost<Event>): void {
  for (const name of names) handleCall(name, host);
}

function handleCall<Name extends ShellCallName, Event>(
  name: Name,
  { ipc, isTrusted, table, onFault }: CallHost<Event>,
): void {
  ipc.handle(name, async (event, ...received): Promise<Reply<ReturnType<ShellCalls[Name]>>> => {
    try {
      if (!isTrusted(event))
        throw new StudioError('bad-input', `A call of "${name}" from an unknown page was refused.`);
      const { handlers, parameters } = await table;
      const schema: z.ZodType<Parameters<ShellCalls[Name]>> = parameters[name];
      const parsed = schema.safeParse(received);
      if (!parsed.success) throw describeMisfit(name, parsed.error);
      return { ok: true, value: await handlers[name](...parsed.data) };
    } catch (error) {
      const report = reportError(error);
      if (report.code === 'internal' || report.code === 'bad-input') onFault(name, report);
      return { ok: false, error: report };
    }
  });
}

function describeMisfit(name: string, { issues }: z.ZodError): StudioError {
  const issue = issues[0];
  const where = issue === undefined ? '' : ` at ${issue.path.join('.') || 'the parameters'}: ${issue.message}`;
  return new StudioError('bad-input', `The call "${name}" does not fit${where}.`);
}

/** Sends an event to the window, if it is still there. */
export function sendEvent<Name extends ShellEventName>(
  contents: Pick<WebContents, 'isDestroyed' | 'send'>,
  name: Name,
  value: ShellEvents[Name],
): void {
  if (!contents.isDestroyed()) contents.send(name, value);
}
