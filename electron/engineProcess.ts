import { utilityProcess } from 'electron';
import type { EngineProcess } from './engineHost.ts';

/**
 * Starts an engine in a utility process.
 * @param name what the process is called in the system's and Electron's lists
 * @param onOutput gets what it prints: nothing, unless a native library has something to say
 */
export function startEngineProcess(file: string, name: string, onOutput: (text: string) => void): EngineProcess {
  const child = utilityProcess.fork(file, [], { serviceName: name, stdio: 'pipe' });
  child.stdout?.on('data', (chunk) => onOutput(String(chunk)));
  child.stderr?.on('data', (chunk) => onOutput(String(chunk)));
  return {
    send: (request) => child.postMessage(request),
    kill: () => child.kill(),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', listener),
  };
}
