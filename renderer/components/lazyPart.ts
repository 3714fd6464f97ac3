import { type ComponentType, lazy } from 'react';

/** Thrown instead of a part of the window that cannot be loaded. Until the page is opened anew it stays so. */
export class LoadFailure extends Error {}

/** A part of the window that is loaded when it is first shown. */
export function lazyPart(load: () => Promise<ComponentType>): ComponentType {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      throw new LoadFailure(String(error), { cause: error });
    }
  });
}
