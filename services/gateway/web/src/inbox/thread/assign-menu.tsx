import { useInbox } from "../context";
import { Icon } from "../ui/icon";
import { Menu, type MenuItem } from "../ui/menu";
import { useActions } from "./actions";
import { useOpen } from "./open";

/** To whom the conversation may go: those who are online; the others stand there with the reason why not. */
export function AssignMenu({ reason }: { reason: string | undefined }) {
  const { t, store, me } = useInbox();
  const open = useOpen();
  const { assign } = useActions();
  const holder = open.holder.value;
  const others = store.colleagues.value;
  const self = store.agents.value.get(me.agent_id);
  const all = self === undefined ? others : [{ ...self, name: `${me.name} (${t("thread.you")})` }, ...others];
  const sorted = [...all].sort((one, other) => Number(other.online) - Number(one.online));
  const items = sorted.map((agent): MenuItem => {
    const holds = agent.agent_id === holder?.id;
    const why = holds ? t("head.isHolder") : agent.online ? undefined : t("head.isOffline");
    const item = { id: agent.agent_id, label: agent.name, onSelect: () => assign(agent.agent_id) };
    return why === undefined ? { ...item, hint: t("presence.online") } : { ...item, reason: why };
  });
  const text = t(holder === null ? "head.assign" : "head.reassign");
  return (
    <Menu
      label={t("head.assignLabel")}
      reason={reason}
      button={
        <>
          {text} <Icon name="down" />
        </>
      }
      items={items}
      empty={t("head.noAgents")}
    />
  );
}
