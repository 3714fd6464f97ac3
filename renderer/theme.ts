import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent colour. Its shades serve filled buttons with white text in both schemes (contrast 4.5 and more). */
const accent: MantineColorsTuple = [
  '#eaf2ff',
  '#d3e3ff',
  '#a8c8ff',
  '#7fb0ff',
  '#5b9dff',
  '#3d86f0',
  '#2468d8',
  '#1d5cc4',
  '#174da6',
  '#103c85',
];

/** The greys of the dark scheme, as in styles/global.css, lightest first. */
const dark: MantineColorsTuple = [
  '#e7e9ee',
  '#c9ced8',
  '#a3abba',
  '#7b8494',
  '#3b424e',
  '#323843',
  '#232730',
  '#1b1e24',
  '#14161a',
  '#0d0e11',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: { accent, dark },
  fontFamily: 'Inter, "Noto Sans", "Noto Sans CJK SC", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "Noto Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  defaultRadius: 6,
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: 12 } },
    Button: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, checkIconPosition: 'right' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Menu: { defaultProps: { transitionProps: { duration: 100 } } },
    Modal: { defaultProps: { transitionProps: { duration: 120 } } },
  },
});

/** Hands the window's own colours (styles/global.css) to the components of the kit. */
export const colorVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: schemeVariables,
  light: schemeVariables,
});

const schemeVariables = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-placeholder': 'var(--dim)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-error': 'var(--bad)',
} as const;
