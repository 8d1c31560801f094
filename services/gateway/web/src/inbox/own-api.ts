import { Api, surroundings } from "../wire/api";
import { Problem } from "../wire/problem";
import { serverClock } from "./server-clock";

/**
 * The services, asked by one agent, for as long as they are signed in here: what is under way when they leave takes no
 * token of whoever comes next.
 */
export class OwnApi extends Api {
  private ended = false;

  /** `shared` has the session of this browser, whoever's it is. */
  constructor(
    private readonly shared: Api,
    around = { ...surroundings, fetch: serverClock.fetch },
  ) {
    super(null, around);
  }

  override async token(): Promise<string> {
    const token = this.ended ? null : await this.shared.token();
    // While it was asked for, somebody else may have come.
    if (token === null || this.ended) throw new Problem(401, "unauthorised", "");
    return token;
  }

  override forgetToken(): void {
    if (!this.ended) this.shared.forgetToken();
  }

  /** The agent is signed in here no more. */
  end(): void {
    this.ended = true;
  }
}
