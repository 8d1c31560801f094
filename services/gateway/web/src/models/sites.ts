const SITE = /^https?:\/\/[a-z0-9.-]{1,253}(:[0-9]{1,5})?$/;
export const SITES_MAX = 50;

/** What was typed as one address for each line or comma: the sites, and what none can be. */
export interface TypedSites {
  sites: string[];
  mistakes: string[];
}

/** Reads sites as people paste them: with a path, in capitals, or without https in front. */
export function sitesTyped(text: string): TypedSites {
  const sites = new Set<string>();
  const mistakes: string[] = [];
  for (const typed of text.split(/[\s,;]+/).filter((part) => part !== "")) {
    const site = siteOf(typed);
    if (site === null) mistakes.push(typed);
    else sites.add(site);
  }
  return { sites: [...sites], mistakes };
}

/** The origin of an address, as the allow-list has it; null where it is none. */
export function siteOf(typed: string): string | null {
  const address = /^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(address)) return null;
  const { origin, hostname, username } = new URL(address);
  const named = hostname === "localhost" || hostname.includes(".");
  return named && username === "" && SITE.test(origin) ? origin : null;
}
