import { useRef } from "preact/hooks";
import { type Stood, steady } from "../../models/steady";

/** What is current, in places that change only while nobody is at them (`held`). */
export function useSteady<T>(current: readonly T[], idOf: (item: T) => string, held: boolean): Stood<T>[] {
  const shown = useRef<readonly T[]>([]);
  const stood = steady(held ? shown.current : [], current, idOf);
  shown.current = stood.map(({ item }) => item);
  return stood;
}
