import type { Answers } from "./answers";

/** The end of a panel's socket that is ours. */
export interface PanelSocket {
  tell: (frame: unknown) => void;
}

/**
 * Keeps a panel that runs in our own frame to itself: its requests and its socket come here and go nowhere else. It has
 * asked for nothing yet, as it waits for its host. Nor does it take the focus from whoever writes beside it.
 */
export function sealed(inside: Window & typeof globalThis, answers: Answers): void {
  inside.fetch = async (input, init) => answers.request(String(input), init);
  inside.WebSocket = socketsFor(answers) as unknown as typeof WebSocket;
  const { focus } = inside.HTMLElement.prototype;
  inside.HTMLElement.prototype.focus = function (this: HTMLElement, options?: FocusOptions) {
    if (inside.document.hasFocus()) focus.call(this, options);
  };
}

function socketsFor(answers: Answers) {
  return class implements PanelSocket {
    readyState = 0;
    onopen: (() => void) | null = null;
    onmessage: ((message: { data: string }) => void) | null = null;
    onclose: (() => void) | null = null;

    constructor() {
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.();
      });
    }

    tell(frame: unknown): void {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }

    send(text: string): void {
      // Answers come later than what was asked, as they do over a wire.
      setTimeout(() => answers.heard(this, text));
    }

    close(): void {
      this.readyState = 3;
      this.onmessage = null;
    }
  };
}
