import { useState } from "preact/hooks";
import { pathOf } from "../../models/route";
import { visitorName } from "../../models/thread";
import { useInbox } from "../context";
import { DetailsButton } from "../details/open";
import { follows } from "../router";
import { Avatar } from "../ui/avatar";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Menu } from "../ui/menu";
import { useActions } from "./actions";
import { AssignMenu } from "./assign-menu";
import { type Blocking, useBlock } from "./block";
import { BlockDialog } from "./block-dialog";
import { CloseDialog } from "./close-dialog";
import { useOpen } from "./open";

/** Whose conversation it is, and what can be done with it. */
export function Header({ folder }: { folder: string }) {
  const { t } = useInbox();
  const open = useOpen();
  const block = useBlock();
  const name = open.row.value?.visitor_name ?? visitorName(open.thread.value) ?? t("thread.visitor");
  const back = pathOf(folder);
  return (
    <header class="thread-head">
      <a class="button quiet back" href={back} onClick={follows(back)}>
        <span aria-hidden="true">←</span>
        <span class="unseen">{t("thread.back")}</span>
      </a>
      <Avatar name={name} />
      <div class="thread-who">
        <h2 class="clip">{name}</h2>
        <Holder />
        <Viewers />
      </div>
      {open.following.loaded.value && <HeaderActions block={block} />}
      {block.told?.blocked && <BlockNote block={block} />}
    </header>
  );
}

/** What can be done, once it is known how the conversation stands. */
function HeaderActions({ block }: { block: Blocking }) {
  const { t } = useInbox();
  const open = useOpen();
  const { take, whyNotTake } = useActions();
  const closed = open.isClosed.value ? t("head.whyClosed") : undefined;
  return (
    <div class="thread-actions">
      {open.holder.value === null && !open.isClosed.value && (
        <Button kind="primary" reason={whyNotTake()} onClick={take}>
          {t("head.take")}
        </Button>
      )}
      <AssignMenu reason={closed} />
      <CloseButton reason={closed} />
      <DetailsButton />
      <More block={block} />
    </div>
  );
}

const HOLDS = {
  open: { mine: "head.holderYou", theirs: "head.holder" },
  closed: { mine: "head.wasYou", theirs: "head.was" },
} as const;

function Holder() {
  const { t, store, me } = useInbox();
  const open = useOpen();
  const holder = open.holder.value;
  const offline = holder !== null && store.agents.value.get(holder.id)?.online === false;
  const closed = open.isClosed.value;
  const mine = holder?.id === me.agent_id;
  return (
    <p class="thread-holder">
      {holder === null && !closed && t("head.nobody")}
      {holder !== null &&
        t(HOLDS[closed ? "closed" : "open"][mine ? "mine" : "theirs"], { name: holder.name })}
      {closed && <span class="tag">{t("head.closed")}</span>}
      {offline && !closed && <span class="tag">{t("presence.offline")}</span>}
      {open.thread.value.missed && <span class="tag warn">{t("list.missed")}</span>}
      {open.thread.value.visitorLeft && !closed && <span class="tag">{t("list.visitorLeft")}</span>}
    </p>
  );
}

/** Who else has it on their screen: two who answer at once are a pity. */
function Viewers() {
  const { t } = useInbox();
  const others = useOpen().viewing.others.value;
  return (
    <p class="thread-viewers" role="status">
      {others.length > 0 && t("head.viewing", { names: others.map((one) => one.name).join(", ") })}
    </p>
  );
}

function CloseButton({ reason }: { reason: string | undefined }) {
  const { t } = useInbox();
  const { closing } = useOpen();
  return (
    <>
      <Button
        reason={reason}
        onClick={() => {
          closing.value = true;
        }}
      >
        {t("head.close")}
      </Button>
      {closing.value && <CloseDialog />}
    </>
  );
}

function More({ block }: { block: Blocking }) {
  const { t } = useInbox();
  const [asking, setAsking] = useState(false);
  const item = block.told?.blocked
    ? { label: t("head.unblock"), onSelect: () => void block.unblock() }
    : { label: t("head.block"), danger: true, onSelect: () => setAsking(true) };
  return (
    <>
      <Menu kind="quiet" label={t("head.more")} button={<Icon name="more" />} items={[item]} />
      {asking && <BlockDialog block={block} onClose={() => setAsking(false)} />}
    </>
  );
}

function BlockNote({ block }: { block: Blocking }) {
  const { t } = useInbox();
  const name = block.told?.by_name ?? t("folders.agent");
  const reason = block.told?.reason;
  return (
    <p class="note thread-block">
      {reason ? t("block.noteReason", { name, reason }) : t("block.note", { name })}
    </p>
  );
}
