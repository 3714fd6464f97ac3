/** Placeholder. */
export function Optimize() {
  return <div />;
}
