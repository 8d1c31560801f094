import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Api } from "../../wire/api";
import type { Member } from "../../wire/types";
import { useInbox } from "../context";
import { everyPage } from "../pages";
import { useDesk } from "./open";
import { texts } from "./texts";
import { useWords } from "./words";

/** The names of the team, also of those who never took a chat. */
export class People {
  readonly names = signal<ReadonlyMap<string, string>>(new Map());

  constructor(private readonly api: Api) {}

  /** Where it does not come, people stay “somebody”. */
  async load(): Promise<void> {
    const team = await everyPage<Member>(this.api, "gateway/agents").catch(() => []);
    this.names.value = new Map(
      team.flatMap(({ agent_id: id, name }): [string, string][] => (name === null ? [] : [[id, name]])),
    );
  }
}

/** What an agent is called; oneself, where it was not in this tab. */
export function useWho(agentId: string | null | undefined): string {
  const say = useWords(texts);
  const { me } = useInbox();
  const { people } = useDesk();
  const isKnown = people.names.value.has(agentId ?? "");
  // Whoever joined meanwhile is asked for once.
  useEffect(() => {
    if (agentId && !isKnown) void people.load();
  }, [agentId]);
  const known = people.names.value.get(agentId ?? "") ?? say("somebody");
  return agentId === me.agent_id ? say("yourself") : known;
}
