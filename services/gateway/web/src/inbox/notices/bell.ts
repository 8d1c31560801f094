/** Of all tabs that may make a sound, the one that has this lock does. */
const LOCK = "livechat-bell";
const GESTURES = ["pointerdown", "keydown"] as const;
const NOTES_HZ = [880, 1_174.7];
const NOTE_S = 0.16;
const LOUDNESS = 0.12;

/** The sound of notices. Browsers allow one only after a gesture; one tab of the browser rings for all. */
export class Bell {
  private context: AudioContext | null = null;
  private release: (() => void) | null = null;
  private sounding = 0;
  private readonly gesture = () => this.wake();

  start(): void {
    for (const gesture of GESTURES) addEventListener(gesture, this.gesture, { capture: true });
  }

  stop(): void {
    this.asleep();
    this.release?.();
    this.release = null;
    void this.context?.close();
    this.context = null;
  }

  /** Whether this tab rings for all. */
  get holds(): boolean {
    return this.context !== null && this.release !== null;
  }

  /** Rings; also where another tab holds the bell, so whoever asks says which. */
  async ring(): Promise<void> {
    const { context } = this;
    if (context === null) return;
    this.sounding += NOTES_HZ.length;
    await context.resume();
    NOTES_HZ.forEach((hz, place) => {
      strike(context, hz, context.currentTime + place * NOTE_S).onended = () => this.ended(context);
    });
  }

  private ended(context: AudioContext): void {
    this.sounding -= 1;
    // A context that goes on keeps the machine from sleeping.
    if (this.sounding === 0 && context.state === "running") void context.suspend();
  }

  private wake(): void {
    this.asleep();
    if (typeof AudioContext === "undefined") return;
    this.context = new AudioContext();
    void this.context.suspend();
    const held = new Promise<void>((resolve) => {
      const release = () => resolve();
      // Only pages of a safe address have locks; on others each tab rings for itself.
      if (navigator.locks === undefined) this.release = release;
      else void navigator.locks.request(LOCK, () => this.hold(release, held)).catch(() => undefined);
    });
  }

  private async hold(release: () => void, held: Promise<void>): Promise<void> {
    if (this.context === null) return;
    this.release = release;
    await held;
  }

  private asleep(): void {
    for (const gesture of GESTURES) removeEventListener(gesture, this.gesture, { capture: true });
  }
}

/** A short soft note. */
function strike(context: AudioContext, hz: number, at: number): OscillatorNode {
  const tone = new OscillatorNode(context, { frequency: hz });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(0.001, at + 2 * NOTE_S);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + 2 * NOTE_S);
  return tone;
}
