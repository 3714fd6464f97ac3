import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** What stands there instead. `retry` shows the children anew. */
  readonly fallback: (thrown: unknown, retry: () => void) => ReactNode;
}

interface ErrorBoundaryState {
  readonly failure: { readonly thrown: unknown } | null;
}

/** Holds what its children throw while they are drawn, so that the rest of the window goes on. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failure: null };

  static getDerivedStateFromError(thrown: unknown): ErrorBoundaryState {
    return { failure: { thrown } };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return this.props.fallback(failure.thrown, () => this.setState({ failure: null }));
  }
}
