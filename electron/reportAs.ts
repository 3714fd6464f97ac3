import { extname } from 'node:path';

/** The file of a report in the form that the name of its copy asks for: the page, or the figures that lie beside it. */
export function reportAs(page: string, copy: string): string {
  const ending = extname(copy).toLowerCase();
  return ending === '.csv' || ending === '.json' ? page.slice(0, -extname(page).length) + ending : page;
}
