import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { connectToShell } from './state/connect.ts';
import './styles/global.css';

connectToShell();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
