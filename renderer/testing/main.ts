/** The window with a made-up shell, for looking at screens without Electron: `npx vite`, then /testing/index.html. */
import { fakeStudio } from './fakeStudio.ts';

const choice = new URLSearchParams(location.search);
/** `?view={"screen":"compare"}` starts as if the window had been left so. */
const view = choice.get('view');
if (view) localStorage.setItem('boxwright-view', view);
Object.defineProperty(window, 'studio', { value: fakeStudio(choice) });
await import('../main.tsx');
