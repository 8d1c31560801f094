let sounds: AudioContext | null = null;

/** A tab where somebody looks comes first. */
const LATER_MS = 200;
/** So long the others have heard of the same; a tab in the background may look at the clock once a second. */
const HELD_MS = 2_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Rings in one of the visitor's tabs, and in none while they look at the panel in one. Browsers let a page be heard once
 * somebody has touched it: others leave it to those that may.
 */
export async function ring({ open, quiet }: { open: boolean; quiet: boolean }): Promise<void> {
  const looks = open && document.hasFocus();
  if (!looks) {
    if (quiet || !navigator.userActivation?.hasBeenActive) return;
    await pause(LATER_MS);
  }
  const first = () => {
    if (!looks) beep();
    return pause(HELD_MS);
  };
  // Where no tab hears of another, each rings: a page that may keep nothing under a foreign site is denied locks as well.
  await (navigator.locks?.request("ring", { ifAvailable: true }, (lock) => lock && first()) ?? first()).catch(
    first,
  );
}

/** A short, soft tone. */
function beep(): void {
  sounds ??= new AudioContext();
  const [tone, volume, now] = [sounds.createOscillator(), sounds.createGain(), sounds.currentTime];
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.25);
  tone.connect(volume).connect(sounds.destination);
  tone.start(now);
  tone.stop(now + 0.25);
}
