/** Placeholder. */
export function Export() {
  return <div />;
}
