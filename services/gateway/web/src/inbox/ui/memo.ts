import { Component, type ComponentType, h } from "preact";

/** A component that is drawn anew only when its own properties, or signals that it read, are others. */
export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = Object.keys(next) as (keyof P)[];
      return keys.some((key) => next[key] !== (this.props as P)[key]);
    }

    override render() {
      return h(Inner, this.props as P);
    }
  };
}
