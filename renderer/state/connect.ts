/** Wires the shell's events to the stores. */
import type { Job, Settings, StudioCommand } from '../../electron/contract.ts';
import { reportError } from '../../models/errors.ts';
import { showProblem, showProblems } from '../components/notify.tsx';
import { getState, listProviders, onShellEvent } from '../studio.ts';
import { afterOpening, followResult } from './actions.ts';
import { adoptProject } from './adopt.ts';
import { useJobs, withJob } from './jobs.ts';
import { forgetLooks } from './looks.ts';
import { keepPresets } from './presets.ts';
import { useProject } from './project.ts';
import { recallView, rememberView } from './remember.ts';
import { keepSensitivity } from './sensitivity.ts';
import { letGoOfTarget, setView, useView } from './view.ts';

/** Asks for the shell's state once and listens from then on. */
export function connectToShell(): void {
  setView(recallView());
  rememberView(useView.subscribe);
  onShellEvent('project', ({ images, comparisons, ...project }) => {
    const known = useProject.getState().project;
    adoptProject({
      ...project,
      images: images ?? known.images,
      comparisons: comparisons ?? known.comparisons,
    });
  });
  onShellEvent('settings', adoptSettings);
  onShellEvent('job', adoptJob);
  onShellEvent('jobDismissed', (id) => useJobs.setState(({ jobs }) => ({ jobs: jobs.filter((job) => job.id !== id) })));
  onShellEvent('command', obey);
  onShellEvent('opened', (report) => {
    showProblems(report.problems);
    afterOpening(report);
  });
  onShellEvent('notice', showProblem);
  void load();
}

async function load(): Promise<void> {
  try {
    const { project, settings, jobs, app } = await getState();
    useJobs.setState({ jobs });
    for (const job of jobs) {
      keepSensitivity(job);
      keepPresets(job);
    }
    adoptProject(project);
    useProject.setState({ loaded: true, settings, app });
    setView({ confidence: settings.confidence, iou: settings.iou });
    useProject.setState({ providers: await listProviders() });
  } catch (error) {
    useProject.setState({ loaded: true, problem: reportError(error) });
  }
}

function adoptSettings(settings: Settings): void {
  const before = useProject.getState().settings;
  useProject.setState({ settings });
  if (before.provider !== settings.provider || before.threads !== settings.threads) {
    forgetLooks();
    letGoOfTarget();
  }
  const thresholds = {
    ...(before.confidence === settings.confidence ? {} : { confidence: settings.confidence }),
    ...(before.iou === settings.iou ? {} : { iou: settings.iou }),
  };
  setView(thresholds);
}

function adoptJob(job: Job): void {
  const before = useJobs.getState().jobs.find(({ id }) => id === job.id);
  useJobs.setState(({ jobs }) => ({ jobs: withJob(jobs, job) }));
  keepSensitivity(job);
  keepPresets(job);
  if (job.state === 'done' && before?.state !== 'done') followResult(job.result);
}

function obey(command: StudioCommand): void {
  switch (command.name) {
    case 'go':
      setView({ screen: command.screen });
      return;
    case 'palette':
      setView({ paletteOpen: true });
      return;
    case 'cheat-sheet':
      setView({ cheatSheetOpen: true });
      return;
  }
}
