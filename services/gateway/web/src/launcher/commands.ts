/** What a site may ask of the widget, by name. */
export type Commands = Record<string, (given?: unknown) => void>;

/** `window.livechat`: before the script came, a function that queues in `q`; `on` once the widget is there. */
export interface Livechat {
  (command: string, given?: unknown): void;
  q?: [command: string, given?: unknown][];
  on?: boolean;
}

/** The function that runs commands, after those that were queued. What is no command is ignored. */
export function livechat(commands: Commands, queued: Livechat | undefined): Livechat {
  const run: Livechat = (command, given) => commands[command]?.(given);
  run.on = true;
  for (const it of queued?.q || []) run(...it);
  return run;
}
