import { signal } from "@preact/signals";
import { type Route, routeOf } from "../models/route";

/** Where one is; follows the browser's history. */
export const route = signal<Route>(here());

function here(): Route {
  return routeOf(location.pathname, location.hash.slice(1));
}

/** Goes to another page of the inbox; `instead` leaves no way back to this one. */
export function go(path: string, instead = false): void {
  if (instead) history.replaceState(null, "", path);
  else if (path !== location.pathname) history.pushState(null, "", path);
  route.value = here();
}

/** Follows the browser's own back and forward. */
export function followHistory(): void {
  const follow = () => {
    route.value = here();
  };
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
}

/** For links: a plain click stays in the page; with a modifier the browser opens its own tab. */
export function follows(path: string, also?: () => void): (click: MouseEvent) => void {
  return (click) => {
    if (click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    also?.();
    go(path);
  };
}
