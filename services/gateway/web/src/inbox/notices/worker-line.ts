import type { ToTab, ToWorker } from "../../wire/noticing";
import { isRecord } from "../../wire/problem";

const WORKER = "/notices.js";
/** Of the page's policy: it lets through the worker's address and no other. */
const POLICY = "livechat-worker";

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => unknown };
}

/** What hears the worker; what it gives back is the answer. */
export type Hearer = (message: ToTab) => unknown;

/** A tab's line to the worker, which shows notices for all tabs. */
export class WorkerLine {
  private hearer: Hearer = () => null;
  private registering: Promise<ServiceWorkerRegistration | null> | null = null;
  private readonly hear = (message: MessageEvent) => {
    if (!isRecord(message.data)) return;
    const answer = this.hearer(message.data as unknown as ToTab);
    message.ports[0]?.postMessage(answer);
  };

  /** Begins to hear it, and registers it where this browser has none; null where it cannot. */
  async start(hearer: Hearer): Promise<ServiceWorkerRegistration | null> {
    this.hearer = hearer;
    if (!("serviceWorker" in navigator)) return null;
    navigator.serviceWorker.addEventListener("message", this.hear);
    navigator.serviceWorker.startMessages();
    this.registering ??= registered();
    return await this.registering;
  }

  stop(): void {
    this.hearer = () => null;
    if ("serviceWorker" in navigator) navigator.serviceWorker.removeEventListener("message", this.hear);
  }

  async registration(): Promise<ServiceWorkerRegistration | null> {
    return (await this.registering) ?? null;
  }

  /** Tells the worker something; false where there is none. */
  async tell(message: ToWorker): Promise<boolean> {
    const worker = (await this.registration())?.active ?? null;
    worker?.postMessage(message);
    return worker !== null;
  }
}

async function registered(): Promise<ServiceWorkerRegistration | null> {
  try {
    await navigator.serviceWorker.register(address() as string, { scope: "/" });
    return await navigator.serviceWorker.ready;
  } catch {
    // Switched off in this browser, or not served: open tabs do without.
    return null;
  }
}

let trusted: unknown = null;

/** The worker's address; where the browser knows trusted types, one that its policy made. */
function address(): unknown {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types === undefined) return WORKER;
  // A policy is made once in a page: a second of its name is refused.
  trusted ??= types
    .createPolicy(POLICY, {
      createScriptURL: (url) => {
        if (url !== WORKER) throw new TypeError("not the worker's address");
        return url;
      },
    })
    .createScriptURL(WORKER);
  return trusted;
}
