import type { Look } from "../wire/types";

/** The launcher's icons as the server draws them; a test holds them against it. */
export const ICONS: Readonly<Record<NonNullable<Look["icon"]>, string>> = {
  chat: "M4 5h16v11H9l-5 4z",
  bot: "M5 9h14v9H5zM12 9V5M9 13v.1M15 13v.1",
  help: "M9 9a3 3 0 1 1 3 3v3M12 18v.1",
  people: "M12 11a3 3 0 1 0-.1 0M5 18a7 7 0 0 1 14 0",
  phone: "M7 3h9v18H7zM12 18v.1",
  star: "M12 3l3 6 6 3-6 3-3 6-3-6-6-3 6-3z",
};
