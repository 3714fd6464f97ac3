/** Names of the screens. */
export const screens = {
  home: 'Home',
  models: 'Models',
  compare: 'Compare',
  optimize: 'Optimize',
  export: 'Export',
  settings: 'Settings',
};
