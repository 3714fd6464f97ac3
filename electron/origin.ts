/** The addresses the window is made of. Nothing else is ever loaded. */
export const appScheme = 'studio-app';
export const imageScheme = 'studio-image';

export const appOrigin = `${appScheme}://app`;
export const appPage = `${appOrigin}/index.html`;

/** True for an address of the studio's own pages. */
export function isAppAddress(address: string): boolean {
  return address === appOrigin || address.startsWith(`${appOrigin}/`);
}
