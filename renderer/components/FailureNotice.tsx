import { reportError } from '../../models/errors.ts';
import { useText } from '../i18n/text.ts';
import { reloadWindow } from '../studio.ts';
import { ErrorNotice } from './ErrorNotice.tsx';
import { LoadFailure } from './lazyPart.ts';

/** What a part of the window threw, and the way to try again: what cannot be loaded takes a fresh window. */
export function FailureNotice({ thrown, retry }: { readonly thrown: unknown; readonly retry?: () => void }) {
  const text = useText();
  if (!(thrown instanceof LoadFailure)) {
    return <ErrorNotice error={reportError(thrown)} {...(retry === undefined ? {} : { retry })} />;
  }
  const error = {
    code: 'file-unreadable',
    message: text.error.notLoaded,
    hint: text.error.notLoadedHint,
    detail: thrown.message,
  } as const;
  return <ErrorNotice error={error} retry={() => void reloadWindow()} />;
}
