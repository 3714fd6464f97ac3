/** Placeholder. */
export function SettingsScreen() {
  return <div />;
}
