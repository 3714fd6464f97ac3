import type { ElectronApplication } from '@playwright/test';

export type EngineName = 'boxwright-interactive' | 'boxwright-jobs';

/** Process ids of the engines of this name that are running. */
export function findEngines(app: ElectronApplication, name: EngineName): Promise<number[]> {
  return app.evaluate(
    ({ app }, wanted) =>
      app
        .getAppMetrics()
        .filter((metric) => metric.name === wanted)
        .map((metric) => metric.pid),
    name,
  );
}

/** Kills an engine as a crash in native code or the system's memory guard would: at once, without a word. */
export async function killEngine(app: ElectronApplication, name: EngineName): Promise<void> {
  const pids = await findEngines(app, name);
  if (pids.length === 0) throw new Error(`No engine ${name} is running.`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}
