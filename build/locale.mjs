/**
 * What to add to the environment so that Chromium reads file names as UTF-8. Under the bare C locale, as in containers and
 * services, it garbles every name beyond ASCII and a dropped file is not found.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {Record<string, string>}
 */
export function utf8Locale(env, platform) {
  if (platform !== 'linux') return {};
  const characters = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  if (/utf-?8/i.test(characters)) return {};
  // LC_ALL would win over LC_CTYPE, so it is replaced where it is set.
  return env.LC_ALL ? { LC_ALL: 'C.UTF-8' } : { LC_CTYPE: 'C.UTF-8' };
}
