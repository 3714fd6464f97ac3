/** Placeholder. */
export function Models() {
  return <div />;
}
