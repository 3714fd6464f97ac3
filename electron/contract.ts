/**
 * THE contract between the window and the shell: types only. The preload script exposes `window.studio` as a
 * `StudioApi`; the shell answers every call with a `Reply`; events flow one way, from the shell to the window.
 */

import type { OperationOutput } from '../models/api.ts';
import type { ErrorReport } from '../models/errors.ts';
import type { PruneOptions, QuantizeOptions, Recipe, RecipeStep } from '../models/recipeSchema.ts';
import type { SpecCorrection } from '../models/specSchema.ts';
import type { Agreement, CompareReport, Inspection, Progress, ProviderName, ProvidersReport } from '../models/types.ts';

export type Reply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: ErrorReport };

export type { RecipeStep } from '../models/recipeSchema.ts';

/** An original (no parent, no recipe) or a derived variant. Never changes once made. */
export interface Variant {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly modelPath: string;
  readonly sha256: string;
  /** The steps that lead here from the original; they replay to the same bytes. */
  readonly recipe: readonly RecipeStep[];
  readonly createdAt: string;
  readonly inspection: Inspection;
  /** Agreement with its parent, measured when it was made. */
  readonly agreement: Agreement | null;
  /** Sentences the deriving operation reported, such as a loss that was seen. */
  readonly warnings: readonly string[];
  /** False where the file has gone or changed since. */
  readonly present: boolean;
}

export interface TrayImage {
  readonly path: string;
  /** `studio-image://` address of the picture itself, as oriented by its EXIF tag. */
  readonly url: string;
  /** The same, scaled down for the image strip. */
  readonly thumbnailUrl: string;
  readonly name: string;
}

type ColorSchemeSetting = 'dark' | 'light' | 'system';

export interface Settings {
  readonly colorScheme: ColorSchemeSetting;
  readonly language: 'en' | 'zh-CN';
  readonly provider: ProviderName;
  /** null: as many as the machine has cores. */
  readonly threads: number | null;
  readonly confidence: number;
  readonly iou: number;
}

/** What is kept on disk and shown everywhere. The shell owns it; the window gets every new version by event. */
export interface Project {
  readonly variants: readonly Variant[];
  readonly images: readonly TrayImage[];
  /** Datasets that pictures of the tray came from, the last opened first. */
  readonly datasets: readonly string[];
  /** The latest comparison per baseline id, newest measurement. */
  readonly comparisons: Readonly<Record<string, CompareReport>>;
}

export interface AppInfo {
  readonly version: string;
  readonly electron: string;
  readonly platform: string;
  readonly logFolder: string;
}

export interface StudioState {
  readonly project: Project;
  readonly settings: Settings;
  readonly jobs: readonly Job[];
  readonly app: AppInfo;
}

/** What the window may ask the shell to run as a job, in ids rather than paths. */
export type JobRequest =
  | { readonly kind: 'prune'; readonly variantId: string; readonly options: PruneOptions }
  | { readonly kind: 'quantize'; readonly variantId: string; readonly options: QuantizeOptions }
  /** Applies a whole recipe, with the pictures of the tray; what comes of it is one variant. */
  | {
      readonly kind: 'derive';
      readonly variantId: string;
      readonly recipe: Recipe;
      /** To calibrate on the tray also where the recipe names other pictures. */
      readonly recalibrate?: boolean;
      /** Off: also a variant that has lost its boxes is made. */
      readonly gate?: boolean;
    }
  /** What each layer loses when it alone is changed, on pictures of the tray. */
  | {
      readonly kind: 'sensitivity';
      readonly variantId: string;
      readonly for: 'quantize';
      readonly options: QuantizeOptions;
    }
  | { readonly kind: 'sensitivity'; readonly variantId: string; readonly for: 'prune' }
  /** Recipes for usual aims, by what they are measured to give here, on pictures of the tray. */
  | { readonly kind: 'presets'; readonly variantId: string }
  | {
      readonly kind: 'compare';
      readonly baselineId: string;
      readonly variantIds: readonly string[];
      readonly runs?: number;
      /** At most this many pictures of the tray, evenly spread; all of them where it is left out. */
      readonly imageLimit?: number;
      /** Thresholds; those of the settings where they are left out. */
      readonly confidence?: number;
      readonly iou?: number;
    }
  /** Builds and verifies the bundle in the data folder; `saveBundle` then copies it where the user says. */
  | { readonly kind: 'export'; readonly variantId: string; readonly target: 'node'; readonly license?: string };

type JobKind = JobRequest['kind'];

interface JobBase {
  readonly id: string;
  readonly kind: JobKind;
  /** e.g. "Quantize yolov8n". */
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly progress: Progress;
}

export type JobResult =
  | { readonly kind: 'prune'; readonly report: OperationOutput<'prune'>; readonly variantId: string }
  | { readonly kind: 'quantize'; readonly report: OperationOutput<'quantize'>; readonly variantId: string }
  | { readonly kind: 'derive'; readonly report: OperationOutput<'derive'>; readonly variantId: string }
  | {
      readonly kind: 'sensitivity';
      readonly variantId: string;
      /** Paths of the pictures it was measured on. */
      readonly images: readonly string[];
      /** Those of the quantization; absent for pruning. */
      readonly options?: QuantizeOptions;
      readonly report: OperationOutput<'sensitivity'>;
    }
  | {
      readonly kind: 'presets';
      readonly variantId: string;
      /** Paths of the pictures it was measured on. */
      readonly images: readonly string[];
      readonly report: OperationOutput<'presets'>;
    }
  | { readonly kind: 'compare'; readonly report: OperationOutput<'compare'> }
  | { readonly kind: 'export'; readonly report: OperationOutput<'export'> };

export type Job =
  | (JobBase & { readonly state: 'queued' | 'running' })
  | (JobBase & { readonly state: 'done'; readonly result: JobResult })
  | (JobBase & { readonly state: 'failed'; readonly error: ErrorReport })
  | (JobBase & { readonly state: 'cancelled' });

/** What became of dropped or chosen paths. */
export interface OpenReport {
  readonly variantIds: readonly string[];
  readonly images: number;
  readonly problems: readonly { readonly path: string; readonly error: ErrorReport }[];
}

/** Calls with a reply. The name is the channel. */
export interface ShellCalls {
  getState: () => StudioState;
  /** Models are inspected and added, images and folders of images go to the tray, a bundle restores its variant. */
  openPaths: (paths: readonly string[]) => OpenReport;
  /** Shows the system's open dialog, then does as `openPaths`. */
  openDialog: (what: 'models' | 'images' | 'folder') => OpenReport;
  openSample: () => OpenReport;
  /** Takes the variant and everything derived from it out of the project; files the studio made for them are deleted. */
  removeVariant: (variantId: string) => void;
  /**
   * Keeps a correction of how a model, and all that was derived from it, is read beside its file, or, with null, forgets it; the
   * project then holds the new reading.
   */
  correctModel: (request: {
    readonly variantId: string;
    /** A string is the JSON of one. */
    readonly correction: SpecCorrection | string | null;
  }) => void;
  clearImages: () => void;
  updateSettings: (change: Partial<Settings>) => Settings;
  look: (request: {
    readonly variantId: string;
    readonly imagePath: string;
    /** Also the cells of a model that selects its boxes in the graph. */
    readonly grid: boolean;
  }) => OperationOutput<'look'>;
  /** How far a variant's layers lie from the baseline's on a picture of the tray. */
  compareLayers: (request: {
    readonly baselineId: string;
    readonly variantId: string;
    readonly imagePath: string;
  }) => OperationOutput<'layers'>;
  compareGraphs: (request: {
    readonly baselineId: string;
    readonly variantId: string;
  }) => OperationOutput<'graphDifference'>;
  providers: () => ProvidersReport;
  /** What a recipe would give, at once and without running the network. */
  predict: (request: { readonly variantId: string; readonly recipe: Recipe }) => OperationOutput<'predict'>;
  /** Asks for a file, JSON or a variant, and reads the recipe in it; null when the user changed their mind. */
  importRecipe: () => OperationOutput<'recipe'> | null;
  /** Asks where to, then writes a recipe there as JSON; null when the user changed their mind. */
  exportRecipe: (request: { readonly recipe: Recipe; readonly name: string }) => string | null;
  startJob: (request: JobRequest) => string;
  cancelJob: (jobId: string) => void;
  dismissJob: (jobId: string) => void;
  /** Asks where to, then copies a verified bundle there; null when the user changed their mind. */
  saveBundle: (jobId: string) => string | null;
  /** Verifies any bundle, also one made elsewhere; asks for the file when no path is given; null when the user changed their mind. */
  verifyBundle: (path: string | null) => OperationOutput<'verify'> | null;
  /**
   * Writes the report of a baseline's latest comparison where the user says, as HTML, CSV or JSON by the ending of the name;
   * null when they changed their mind.
   */
  saveReport: (baselineId: string) => string | null;
  showInFolder: (path: string) => void;
  /** Opens the page anew, which it may not do itself; its reply may come too late to be heard. */
  reloadWindow: () => void;
}

export type ShellCallName = keyof ShellCalls;

/** A new version of the project. What grows with the pictures is null where it is as before: it takes a while to send. */
export type ProjectChange = Omit<Project, 'images' | 'comparisons'> & {
  readonly images: Project['images'] | null;
  readonly comparisons: Project['comparisons'] | null;
};

/** Shell to window. */
export interface ShellEvents {
  project: ProjectChange;
  settings: Settings;
  /** The job as it is now; progress comes at most 10 times a second. */
  job: Job;
  jobDismissed: string;
  /** A menu entry or shortcut that the window carries out. */
  command: StudioCommand;
  /** Files opened from outside (second instance, Finder) have been added. */
  opened: OpenReport;
  notice: ErrorReport;
}

export type ShellEventName = keyof ShellEvents;

export type StudioCommand =
  | { readonly name: 'go'; readonly screen: ScreenName }
  | { readonly name: 'palette' }
  | { readonly name: 'cheat-sheet' };

export type ScreenName = 'home' | 'models' | 'compare' | 'optimize' | 'export' | 'settings';

export type StudioApi = {
  readonly [Name in ShellCallName]: (
    ...parameters: Parameters<ShellCalls[Name]>
  ) => Promise<Reply<ReturnType<ShellCalls[Name]>>>;
} & {
  /** The path of a file the user dropped or picked, or "" for a file that has none. */
  readonly pathOfFile: (file: File) => string;
  /** Subscribes; the result unsubscribes. */
  readonly on: <Name extends ShellEventName>(name: Name, listener: (value: ShellEvents[Name]) => void) => () => void;
};
