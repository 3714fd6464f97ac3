import { z } from 'zod';
import { providerNames } from '../models/choices.ts';
import { lookingThresholds } from '../models/thresholds.ts';
import type { Settings } from './contract.ts';

export const defaultSettings: Settings = {
  colorScheme: 'dark',
  language: 'en',
  provider: 'cpu',
  threads: null,
  confidence: lookingThresholds.confidence,
  iou: lookingThresholds.iou,
};

const fields = {
  colorScheme: z.enum(['dark', 'light', 'system']),
  language: z.enum(['en', 'zh-CN']),
  provider: z.enum(providerNames),
  threads: z.int().min(1).max(256).nullable(),
  confidence: z.number().min(0).max(1),
  iou: z.number().min(0).max(1),
};

/** What the window may change: any of the fields. */
export const settingsChange = z.strictObject(fields).partial();

/** The settings file. A field that is missing or not valid takes its default, so that one of them can't cost the rest. */
export const settingsDocument: z.ZodType<Settings> = z.object({
  colorScheme: fields.colorScheme.catch(defaultSettings.colorScheme),
  language: fields.language.catch(defaultSettings.language),
  provider: fields.provider.catch(defaultSettings.provider),
  threads: fields.threads.catch(defaultSettings.threads),
  confidence: fields.confidence.catch(defaultSettings.confidence),
  iou: fields.iou.catch(defaultSettings.iou),
});
