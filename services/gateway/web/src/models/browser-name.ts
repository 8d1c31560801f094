/** What a browser's own words come to: which one, and on what; null where it names itself in no way that is known. */
export interface BrowserName {
  browser: string;
  system: string;
}

/** The more particular first: many name what they descend from as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bVersion\/[\d.]+ .*Safari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux|X11/, "Linux"],
];

export function browserName(words: string): BrowserName | null {
  const browser = BROWSERS.find(([form]) => form.test(words))?.[1];
  const system = SYSTEMS.find(([form]) => form.test(words))?.[1];
  return browser === undefined || system === undefined ? null : { browser, system };
}
