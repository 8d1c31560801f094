import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSpeech } from "../context";
import { useSteady } from "./steady";

export interface MenuItem {
  /** What stays the same of it while its words change, and sets it apart from another of the same words. */
  id?: string;
  label: string;
  onSelect: () => void;
  /** A second line. */
  hint?: string | undefined;
  /** Why it cannot be picked now. */
  reason?: string | undefined;
  danger?: boolean;
  checked?: boolean;
}

interface MenuProps {
  /** The button's accessible name, where its content does not say it. */
  label: string;
  button: ComponentChildren;
  items: readonly MenuItem[];
  kind?: string;
  /** Why the whole menu is not to be opened now. */
  reason?: string | null | undefined;
  /** What the menu shows where there is nothing to pick. */
  empty?: string;
}

/**
 * A button with a menu under it: arrows move, Home and End jump, a letter finds, Escape closes. While it is open nothing
 * in it changes its place.
 */
export function Menu({ label, button, items, kind = "plain", reason, empty }: MenuProps) {
  const { t } = useSpeech();
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const off = reason !== undefined && reason !== null;
  const shown = useSteady(items, idOf, open);
  // Its entries are drawn once it is open: only then has it a size, and something to go to.
  useLayoutEffect(() => {
    if (!open || opener.current === null || menu.current === null) return;
    place(opener.current, menu.current);
    entries(menu.current)[0]?.focus();
  }, [open]);
  return (
    <span class="menu-place">
      <button
        type="button"
        ref={opener}
        class={`button ${kind}`}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        aria-disabled={off ? "true" : undefined}
        aria-description={reason ?? undefined}
        title={reason ?? undefined}
        onClick={() => {
          if (!off) menu.current?.togglePopover();
        }}
        onKeyDown={(press) => {
          if (off || press.key !== "ArrowDown") return;
          press.preventDefault();
          menu.current?.showPopover();
        }}
      >
        {button}
      </button>
      <div
        id={id}
        ref={menu}
        class="menu"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        popover="auto"
        onToggle={(change) => setOpen((change as unknown as ToggleEvent).newState === "open")}
        onKeyDown={(press) => menu.current && move(press, menu.current)}
      >
        {open && shown.length === 0 && <p class="menu-empty">{empty}</p>}
        {open &&
          shown.map(({ item, gone }) => (
            <Entry
              key={idOf(item)}
              item={gone ? { ...item, reason: t("shell.gone") } : item}
              close={() => menu.current?.hidePopover()}
            />
          ))}
      </div>
    </span>
  );
}

const idOf = (item: MenuItem) => item.id ?? item.label;

function Entry({ item, close }: { item: MenuItem; close: () => void }) {
  const pick = () => {
    if (item.reason !== undefined) return;
    close();
    item.onSelect();
  };
  return (
    <button
      type="button"
      {...(item.checked === undefined
        ? { role: "menuitem" as const }
        : { role: "menuitemradio" as const, "aria-checked": item.checked })}
      tabIndex={-1}
      class={item.danger ? "menu-item danger" : "menu-item"}
      aria-disabled={item.reason === undefined ? undefined : "true"}
      onClick={pick}
    >
      <span>{item.label}</span>
      {(item.reason ?? item.hint) !== undefined && <small>{item.reason ?? item.hint}</small>}
    </button>
  );
}

function entries(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>(".menu-item")];
}

function move(press: KeyboardEvent, menu: HTMLElement): void {
  const all = entries(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = target(press.key, all, at);
  if (to === null) return;
  press.preventDefault();
  press.stopPropagation();
  all[to]?.focus();
}

function target(key: string, all: readonly HTMLElement[], at: number): number | null {
  if (key === "ArrowDown") return (at + 1) % all.length;
  if (key === "ArrowUp") return (at - 1 + all.length) % all.length;
  if (key === "Home") return 0;
  if (key === "End") return all.length - 1;
  if (key.length !== 1 || key === " ") return null;
  const letter = key.toLocaleLowerCase();
  const found = [...all.keys()]
    .map((step) => (at + 1 + step) % all.length)
    .find((one) => all[one]?.textContent?.toLocaleLowerCase().startsWith(letter));
  return found ?? null;
}

/** Under its button, or above it where there is no room; never beyond the window. */
function place(opener: HTMLElement, menu: HTMLElement): void {
  const from = opener.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = from.bottom + size.height + 8 <= innerHeight || from.top < size.height + 8;
  menu.style.top = `${below ? from.bottom + 4 : from.top - size.height - 4}px`;
  const rtl = getComputedStyle(opener).direction === "rtl";
  const left = rtl || from.left + size.width > innerWidth - 8 ? from.right - size.width : from.left;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
}
