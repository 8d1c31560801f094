let sounds: AudioContext | null = null;

/** A short, soft tone; browsers let a page be heard once somebody has touched it, and before that there is none. */
export function beep(): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  sounds ??= new AudioContext();
  const [tone, volume, now] = [sounds.createOscillator(), sounds.createGain(), sounds.currentTime];
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.25);
  tone.connect(volume).connect(sounds.destination);
  tone.start(now);
  tone.stop(now + 0.25);
}
