/** The window with a made-up shell, for looking at screens without Electron: `npx vite`, then /testing/index.html. */
import { fakeStudio } from './fakeStudio.ts';

Object.defineProperty(window, 'studio', { value: fakeStudio(new URLSearchParams(location.search)) });
await import('../main.tsx');
