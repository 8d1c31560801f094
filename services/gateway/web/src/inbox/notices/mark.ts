import bubble from "../../icons/bubble.png";
import { titled } from "../../models/unheeded";

const SIDE = 64;
const DOT = { centre: 46, radius: 16, colour: "#d92d20", ring: "#ffffff" };

/** Says on the tab itself, and on the application's icon, how many conversations wait to be looked at. */
export class Mark {
  private count = 0;
  private readonly icon = iconLink();
  private readonly title = document.querySelector("title") ?? document.createElement("title");
  // Pages set their own titles: the count goes before whichever stands there.
  private readonly watch = new MutationObserver(() => this.entitle());

  start(): void {
    this.watch.observe(this.title, { childList: true, characterData: true, subtree: true });
    this.icon.href = bubble;
  }

  stop(): void {
    this.show(0);
    this.watch.disconnect();
  }

  show(count: number): void {
    const changed = count > 0 !== this.count > 0;
    this.count = count;
    this.entitle();
    if (changed) void this.draw(count > 0);
    void badge(count);
  }

  private entitle(): void {
    const title = titled(document.title, this.count);
    if (title !== document.title) document.title = title;
  }

  private async draw(dotted: boolean): Promise<void> {
    const address = dotted ? await withDot() : bubble;
    // The count may have changed meanwhile.
    if (dotted === this.count > 0) this.icon.href = address;
  }
}

function iconLink(): HTMLLinkElement {
  const known = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (known !== null) return known;
  const link = document.createElement("link");
  link.rel = "icon";
  document.head.append(link);
  return link;
}

/** The icon with a dot in its corner, drawn here: nothing is loaded for it. */
async function withDot(): Promise<string> {
  const picture = new Image(SIDE, SIDE);
  picture.src = bubble;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (pen === null) return bubble;
  pen.drawImage(picture, 0, 0, SIDE, SIDE);
  pen.beginPath();
  pen.arc(DOT.centre, DOT.centre, DOT.radius, 0, 2 * Math.PI);
  pen.fillStyle = DOT.colour;
  pen.fill();
  pen.lineWidth = 4;
  pen.strokeStyle = DOT.ring;
  pen.stroke();
  return canvas.toDataURL("image/png");
}

/** On the icon of an installed application; browsers without it, or in a tab, say no. */
async function badge(count: number): Promise<void> {
  try {
    if (count > 0) await navigator.setAppBadge?.(count);
    else await navigator.clearAppBadge?.();
  } catch {
    // It is a mark beside others.
  }
}
