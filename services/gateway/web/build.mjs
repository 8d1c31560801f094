// Builds the launcher, the panel, the inbox and the service worker, each by itself so that none pays for another,
// then weighs what visitors load against its budget.
import { readFile, rm } from "node:fs/promises";
import { relative } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";

const DIST = "dist";
/** Bytes, gzipped. The first open is the launcher as it is served, the panel's page, its styles, and its script without
 * what it loads once a person is asked for. */
const BUDGETS = {
  "… as served": 2_048,
  "… with more": 2_560,
  "first open": 18 * 1_024,
  "in a chat": 11 * 1_024,
  inbox: 110 * 1_024,
  editor: 68 * 1_024,
  worker: 9 * 1_024,
};
const CONFIG = "__LIVECHAT_CONFIG__";
/** What the gateway puts in its place for a playbook whose look nobody has changed, as it writes it. */
const TOLD = '[1,["Bot","#1f5fd6","#ffffff","en"],"end","M4 5h16v11H9l-5 4z"]';

const LOCKED = JSON.parse(await readFile("package-lock.json", "utf8")).packages;

/** What browsers load holds no package but those that docs/licences.md lists: of the lock, those not for development. */
const listed = {
  name: "listed-packages",
  generateBundle(_options, bundle) {
    for (const id of Object.values(bundle).flatMap((file) => file.moduleIds ?? [])) {
      const [, place] = relative(".", id).match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//) ?? [];
      if (place && LOCKED[place]?.dev !== undefined)
        this.error(`${place} is a package for development: ${id}`);
    }
  },
};

const shared = {
  root: "src",
  configFile: false,
  logLevel: "warn",
  base: "/",
  plugins: [listed],
};
const output = {
  outDir: `../${DIST}`,
  emptyOutDir: false,
  target: "es2022",
  modulePreload: { polyfill: false },
};

/** What is loaded later has no styles and no scripts of its own: nothing is to be fetched ahead of it. */
const plainImports = {
  name: "plain-imports",
  enforce: "pre",
  load: (id) =>
    id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null,
};

/** A page with its script and styles; in one piece, or with what it loads later apart. */
async function page(name, codeSplitting = false) {
  const options = { input: `src/${name}.html`, output: { codeSplitting } };
  // The editor shows the button of any launcher.
  const define = { __MORE__: "true" };
  return await build({
    ...shared,
    define,
    plugins: [listed, plainImports],
    build: { ...output, rolldownOptions: options },
  });
}

/** A script that is loaded by its name alone. */
async function script(name, entry, define = {}) {
  return await build({
    ...shared,
    define,
    build: {
      ...output,
      lib: { entry, formats: ["iife"], name: "livechatScript", fileName: () => `${name}.js` },
    },
  });
}

/** The sizes of these files: raw, gzipped and by brotli; a launcher with what it is told. */
async function weight(names, told = CONFIG) {
  const read = async (name) => Buffer.from((await readFile(`${DIST}/${name}`, "utf8")).replace(CONFIG, told));
  const contents = await Promise.all(names.map(read));
  const sum = (size) => contents.reduce((total, content) => total + size(content), 0);
  return {
    raw: sum((it) => it.length),
    gzip: sum((it) => gzipSync(it, { level: 9 }).length),
    brotli: sum((it) => brotliCompressSync(it).length),
  };
}

function filesOf(built) {
  return [built].flat().flatMap((it) => it.output.map((file) => file.fileName));
}

/** What a page needs before it shows anything: all but the scripts that only an `import()` asks for. */
function atOnce(built) {
  const files = [built].flat().flatMap((it) => it.output);
  const scripts = new Map(files.filter((it) => it.type === "chunk").map((it) => [it.fileName, it]));
  const needed = new Set(files.filter((it) => it.type === "asset" || it.isEntry).map((it) => it.fileName));
  for (const name of needed) for (const imported of scripts.get(name)?.imports ?? []) needed.add(imported);
  return [...needed];
}

await rm(DIST, { recursive: true, force: true });
const launcher = filesOf(await script("launcher", "launcher/main.ts", { __MORE__: "false" }));
const more = filesOf(await script("launcher-more", "launcher/main.ts", { __MORE__: "true" }));
const panelBuilt = await page("panel", true);
const panel = atOnce(panelBuilt);
const later = filesOf(panelBuilt).filter((name) => !panel.includes(name));
const inboxBuilt = await page("inbox", true);
const inbox = atOnce(inboxBuilt);
const editor = filesOf(inboxBuilt).filter((name) => !inbox.includes(name));
const worker = filesOf(await script("notices", "worker/main.ts"));

const table = {
  launcher: await weight(launcher),
  "… as served": await weight(launcher, TOLD),
  "… with more": await weight(more),
  panel: await weight(panel),
  "first open": await weight([...launcher, ...panel], TOLD),
  "in a chat": await weight(later),
  inbox: await weight(inbox),
  editor: await weight(editor),
  worker: await weight(worker),
};
const failed = [];
process.stdout.write("what           raw     gzip   brotli   budget (gzip, bytes)\n");
for (const [name, { raw, gzip, brotli }] of Object.entries(table)) {
  const budget = BUDGETS[name];
  const columns = [String(raw).padStart(8), String(gzip).padStart(8), String(brotli).padStart(8)];
  process.stdout.write(`${name.padEnd(11)}${columns.join(" ")} ${String(budget ?? "").padStart(8)}\n`);
  if (budget !== undefined && gzip > budget) failed.push(`${name}: ${gzip} bytes gzipped, ${budget} allowed`);
}
for (const name of [...launcher, ...more]) {
  const config = (await readFile(`${DIST}/${name}`, "utf8")).split(CONFIG).length - 1;
  if (config !== 1) failed.push(`${name}: reads its configuration in ${config} places and not in one`);
}
if (failed.length > 0) {
  process.stderr.write(`${failed.join("\n")}\n`);
  process.exit(1);
}
