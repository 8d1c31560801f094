// Builds the launcher, the panel, the inbox and the service worker, each by itself so that none pays for another,
// then weighs what visitors load against its budget.
import { readFile, rm } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";

const DIST = "dist";
/** Bytes, gzipped. The panel's is the whole first open: launcher, page, script and styles. */
const BUDGETS = { launcher: 2_048, "first open": 18 * 1_024, inbox: 110 * 1_024 };

const shared = {
  root: "src",
  configFile: false,
  logLevel: "warn",
  base: "/",
};
const output = {
  outDir: `../${DIST}`,
  emptyOutDir: false,
  target: "es2022",
  modulePreload: { polyfill: false },
};

/** A page with its script and styles. */
async function page(name) {
  const options = { input: `src/${name}.html`, output: { codeSplitting: false } };
  return await build({ ...shared, build: { ...output, rolldownOptions: options } });
}

/** A script that is loaded by its name alone. */
async function script(name, entry) {
  return await build({
    ...shared,
    build: {
      ...output,
      lib: { entry, formats: ["iife"], name: "livechatScript", fileName: () => `${name}.js` },
    },
  });
}

/** The sizes of these files: raw, gzipped and by brotli. */
async function weight(names) {
  const contents = await Promise.all(names.map((name) => readFile(`${DIST}/${name}`)));
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

await rm(DIST, { recursive: true, force: true });
const launcher = filesOf(await script("launcher", "launcher/main.ts"));
const panel = filesOf(await page("panel"));
const inbox = filesOf(await page("inbox"));
const worker = filesOf(await script("notices", "worker/main.ts"));

const table = {
  launcher: await weight(launcher),
  panel: await weight(panel),
  "first open": await weight([...launcher, ...panel]),
  inbox: await weight(inbox),
  worker: await weight(worker),
};
const failed = [];
process.stdout.write("what          raw     gzip   brotli   budget (gzip, bytes)\n");
for (const [name, { raw, gzip, brotli }] of Object.entries(table)) {
  const budget = BUDGETS[name];
  const columns = [String(raw).padStart(8), String(gzip).padStart(8), String(brotli).padStart(8)];
  process.stdout.write(`${name.padEnd(10)}${columns.join(" ")} ${String(budget ?? "").padStart(8)}\n`);
  if (budget !== undefined && gzip > budget) failed.push(`${name}: ${gzip} bytes gzipped, ${budget} allowed`);
}
const config = (await readFile(`${DIST}/launcher.js`, "utf8")).split("__LIVECHAT_CONFIG__").length - 1;
if (config !== 1) failed.push(`launcher: reads its configuration in ${config} places and not in one`);
if (failed.length > 0) {
  process.stderr.write(`${failed.join("\n")}\n`);
  process.exit(1);
}
