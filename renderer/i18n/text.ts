import { useProject } from '../state/project.ts';
import { type Dictionary, en } from './en.ts';
import { zhCN } from './zhCN.ts';

const dictionaries = { en, 'zh-CN': zhCN } as const;

/** The texts in the language of the settings; a component that calls it follows a change at once. */
export function useText(): Dictionary {
  return dictionaries[useProject((state) => state.settings.language)];
}

/** The same outside of components. */
export function currentText(): Dictionary {
  return dictionaries[useProject.getState().settings.language];
}
