/** What a browser may have, and TypeScript does not name yet. */
declare class CloseWatcher {
  onclose: (() => void) | null;
  destroy(): void;
}

interface Window {
  CloseWatcher?: typeof CloseWatcher;
}
