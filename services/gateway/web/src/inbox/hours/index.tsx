import { Later } from "../shell/later";

/** When the team is there. Few come here, and seldom: what it takes is loaded then. */
export function Hours() {
  return <Later load={() => import("./part")}>{({ Part }) => <Part />}</Later>;
}
