/** What a site may ask of the widget, by name. */
export type Commands = Record<string, (given?: unknown) => void>;

/** `window.livechat`: before the script came, a function that queues in `q`; `on` once the script is there. */
export interface Livechat {
  (command: string, given?: unknown): void;
  q?: [command: string, given?: unknown][];
  on?: boolean;
}

/** Where the site finds it. */
export interface Place {
  livechat?: Livechat;
}

/**
 * Puts the function that runs commands in its place, and runs those that were queued. What is no command waits for the
 * next function that may know it.
 */
export function livechat(place: Place, commands: Commands): void {
  const queued = place.livechat?.q || [];
  const run: Livechat = (command, given) => {
    if (commands[command]) commands[command](given);
    else (run.q as unknown[]).push([command, given]);
  };
  run.q = [];
  run.on = true;
  place.livechat = run;
  // One of them may put another function there.
  for (const it of queued) place.livechat(...it);
}
