import { inked } from "../models/colours";
import type { Look } from "../wire/types";
import type { Panel } from "./panel";
import { worn } from "./worn";

/** A rule has given the visit another playbook than the page's: the panel looks and speaks as that one. */
export async function wear(panel: Panel): Promise<void> {
  const { host, store, visiting } = panel;
  try {
    const look = await visiting.api.get<Look>(`playbook/visits/${store.state.visit?.visit}/look`);
    host.init.look = { ...host.init.look, ...inked(look) };
  } catch {
    // Its own look does as well.
    return;
  }
  panel.t = worn(host);
  store.set({});
}
