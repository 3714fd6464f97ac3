/** A made-up shell: answers like the real one, from memory, with jobs that take a few seconds. */
import type {
  Job,
  JobRequest,
  OpenReport,
  Project,
  Reply,
  Settings,
  ShellEventName,
  ShellEvents,
  StudioApi,
  Variant,
} from '../../electron/contract.ts';
import type { ErrorReport } from '../../models/errors.ts';
import { makeComparison } from './fakeComparison.ts';
import { makeGraphDifference, makeLayersReport } from './fakeDifferences.ts';
import { figures, outcomeOf } from './fakeOutcomes.ts';
import { lookAtScene, makeScene, paintScene } from './fakeScenes.ts';
import { both, classifier, guarded, noise, original, pruned } from './fakeVariants.ts';

const ok = <Value>(value: Value): Reply<Value> => ({ ok: true, value });
const refuse = (error: ErrorReport): Reply<never> => ({ ok: false, error });

/** `?empty`, `?light`, `?zh` and `?models=none|one|many` choose what it starts with. */
export function fakeStudio(choice: URLSearchParams): StudioApi {
  const listeners: { [Name in ShellEventName]: Set<(value: ShellEvents[Name]) => void> } = {
    project: new Set(),
    settings: new Set(),
    job: new Set(),
    jobDismissed: new Set(),
    command: new Set(),
    opened: new Set(),
    notice: new Set(),
  };
  const scenes = Array.from({ length: 12 }, (_, index) => makeScene(index));
  const images = scenes.map((scene, index) => {
    const url = paintScene(scene);
    return { path: `/pictures/scene ${index}.jpg`, name: `scene ${index}.jpg`, url, thumbnailUrl: url };
  });
  const models = choice.get('models') ?? 'many';
  let project: Project = { variants: [], images: [], datasets: [], comparisons: {} };
  const sample = (variants: readonly Variant[]): Project => ({ variants, images, datasets: [], comparisons: {} });
  if (!choice.has('empty')) {
    if (models === 'one') project = sample([original]);
    if (models === 'many') {
      const variants = [original, guarded, pruned, both, classifier];
      project = { ...sample(variants), comparisons: { original: makeComparison([original, guarded, pruned], images) } };
    }
  }
  let settings: Settings = {
    colorScheme: choice.has('light') ? 'light' : 'dark',
    language: choice.has('zh') ? 'zh-CN' : 'en',
    provider: 'cpu',
    threads: null,
    confidence: 0.25,
    iou: 0.7,
  };
  let jobs: readonly Job[] = [];
  let serial = 0;

  function emit<Name extends ShellEventName>(name: Name, value: ShellEvents[Name]): void {
    for (const listener of listeners[name]) listener(value);
  }
  function setProject(change: Partial<Project>): void {
    project = { ...project, ...change };
    emit('project', project);
  }
  function setJob(job: Job): void {
    jobs = jobs.some(({ id }) => id === job.id)
      ? jobs.map((other) => (other.id === job.id ? job : other))
      : [...jobs, job];
    emit('job', job);
  }
  function openSample(): OpenReport {
    setProject(sample([original]));
    return { variantIds: ['original'], images: images.length, problems: [] };
  }
  function startJob(request: JobRequest): string {
    serial += 1;
    const id = `job-${serial}`;
    const subject = project.variants.find(
      (variant) => variant.id === (request.kind === 'compare' ? request.baselineId : request.variantId),
    );
    const verb = {
      prune: 'Prune',
      quantize: 'Quantize',
      derive: 'Derive from',
      sensitivity: 'Sensitivity of',
      presets: 'Presets for',
      compare: 'Compare',
      export: 'Export',
    }[request.kind];
    const base = { id, kind: request.kind, title: `${verb} ${subject?.name ?? ''}`, startedAt: Date.now() };
    let fraction = 0;
    const tick = () => {
      const known = jobs.find((job) => job.id === id);
      if (known && known.state !== 'queued' && known.state !== 'running') return;
      fraction += 0.04;
      if (fraction < 1) {
        const progress = {
          step: fraction < 0.5 ? 'calibrate' : 'check',
          fraction,
          eta: Math.round((1 - fraction) * 5),
        };
        setJob({ ...base, state: 'running', progress });
        setTimeout(tick, Number(choice.get('tick') ?? 120));
        return;
      }
      const progress = { step: 'done', fraction: 1 };
      if (choice.has('failing')) {
        const error: ErrorReport = {
          code: 'engine-stopped',
          message: `The engine stopped while it worked on ${subject?.modelPath}.`,
          hint: 'Start the job again. If it stops once more, the model may need more memory than there is.',
          detail: 'exit code 11 (SIGSEGV)\nstep calibrate',
        };
        setJob({ ...base, state: 'failed', progress, error });
      } else {
        const { change, result } = outcomeOf(request, project);
        setProject(change);
        setJob({ ...base, state: 'done', progress, result });
      }
    };
    setJob({ ...base, state: 'queued', progress: { step: '', fraction: 0 } });
    setTimeout(tick, 150);
    return id;
  }

  return {
    getState: async () =>
      ok({
        project,
        settings,
        jobs,
        app: {
          version: '0.1.0',
          electron: '33.2.1',
          platform: 'linux x64',
          logFolder: '/home/user/.config/boxwright/logs',
        },
      }),
    openPaths: async (paths) => {
      if (paths.some((path) => path.endsWith('.onnx'))) return ok(openSample());
      const [path] = paths;
      return ok({
        variantIds: [],
        images: 0,
        problems: [
          {
            path: path ?? '',
            error: {
              code: 'not-onnx',
              message: `${path} is not an ONNX model: it is an HTML page.`,
              hint: 'Download the file itself rather than the page about it.',
            },
          },
        ],
      });
    },
    openDialog: async () => ok(openSample()),
    openSample: async () => ok(openSample()),
    removeVariant: async (id) => ok(setProject({ variants: project.variants.filter((variant) => variant.id !== id) })),
    correctModel: async () => ok(undefined),
    clearImages: async () => ok(setProject({ images: [] })),
    updateSettings: async (change) => {
      settings = { ...settings, ...change };
      emit('settings', settings);
      return ok(settings);
    },
    look: async ({ variantId, imagePath }) => {
      const index = images.findIndex(({ path }) => path === imagePath);
      const scene = scenes[index];
      if (!scene) return refuse({ code: 'image-unreadable', message: `${imagePath} cannot be read.` });
      return ok(lookAtScene(imagePath, scene, noise[variantId] ?? 0.1));
    },
    compareLayers: async ({ imagePath }) => ok(makeLayersReport(original, imagePath)),
    compareGraphs: async () => ok(makeGraphDifference()),
    predict: async ({ recipe }) => {
      const steps = recipe.steps.map((_, index) => {
        const share = 0.6 ** (index + 1);
        return {
          parameters: figures.parameters * share,
          macs: figures.macs * share,
          bytes: Math.round(figures.bytes * share),
        };
      });
      return ok({ model: original.modelPath, before: figures, steps });
    },
    importRecipe: async () => ok(null),
    exportRecipe: async () => ok(null),
    providers: async () =>
      ok({
        providers: [
          { name: 'cpu', available: true, device: 'Intel Xeon Platinum' },
          { name: 'webgpu', available: false, why: 'No Vulkan driver that WebGPU accepts was found.' },
          {
            name: 'cuda',
            available: false,
            why: 'No NVIDIA driver. With an NVIDIA card: npm run cuda fetches the libraries.',
          },
        ],
        cpu: {
          model: 'Intel(R) Xeon(R) Platinum 8581C',
          cores: 2,
          features: ['avx2', 'avx512f', 'avx512_vnni', 'fma'],
          vnni: true,
        },
      }),
    startJob: async (request) => ok(startJob(request)),
    cancelJob: async (id) => {
      const job = jobs.find((one) => one.id === id);
      if (job)
        setJob({
          id,
          kind: job.kind,
          title: job.title,
          startedAt: job.startedAt,
          progress: job.progress,
          state: 'cancelled',
        });
      return ok(undefined);
    },
    dismissJob: async (id) => {
      jobs = jobs.filter((job) => job.id !== id);
      emit('jobDismissed', id);
      return ok(undefined);
    },
    saveBundle: async () => ok('/home/user/Documents/yolov8n-node.zip'),
    verifyBundle: async () =>
      ok({
        ok: false,
        checks: [
          { name: 'Hashes of all files', ok: true, detail: '11 files' },
          { name: 'Example runs on golden pictures', ok: false, detail: 'golden/1.jpg: expected 5 boxes, got 4' },
        ],
      }),
    saveReport: async () => ok(null),
    showInFolder: async () => ok(undefined),
    reloadWindow: async () => ok(location.reload()),
    pathOfFile: (file) => `/dropped/${file.name}`,
    on: (name, listener) => {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
  };
}
