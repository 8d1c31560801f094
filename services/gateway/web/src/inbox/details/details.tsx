import "./details.css";
import { useEffect, useRef } from "preact/hooks";
import { linkOf } from "../../models/detail-texts";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Failure, Skeleton } from "../ui/states";
import { Create } from "./create";
import { DealField } from "./deal-field";
import { Earlier } from "./earlier";
import { FreeFields } from "./free-fields";
import { Notes } from "./notes";
import { DETAILS_ID, detailsOpen } from "./open";
import { Outcomes } from "./outcomes";
import type { Panel } from "./panel";
import { TextField } from "./text-field";
import { usePanel } from "./use-panel";

/** What is known of a conversation; keyed by it. A column on wide screens, on others it slides over the page. */
export function Details({ conversationId }: { conversationId: string }) {
  const { t } = useInbox();
  const panel = usePanel(conversationId);
  const title = useRef<HTMLHeadingElement>(null);
  const open = detailsOpen.value;
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    title.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [open]);
  useEffect(() => close, []);
  return (
    <aside
      id={DETAILS_ID}
      class={open ? "details open" : "details"}
      aria-labelledby="details-title"
      data-conversation={conversationId}
      onKeyDown={(press) => {
        // A dialog, a menu or a note that is open is closed by it alone.
        const inner = press.target instanceof Element && press.target.closest("dialog, [popover]") !== null;
        if (press.key === "Escape" && !press.defaultPrevented && !inner) close();
      }}
    >
      <header class="details-head">
        <h2 id="details-title" ref={title} tabIndex={-1}>
          {t("details.title")}
        </h2>
        <Button kind="quiet" class="details-close" aria-label={t("details.close")} onClick={close}>
          ✕
        </Button>
      </header>
      <Body panel={panel} />
    </aside>
  );
}

function close(): void {
  detailsOpen.value = false;
}

function Body({ panel }: { panel: Panel }) {
  const { known } = panel.details.value;
  const problem = panel.problem.value;
  if (known === null) {
    return problem === null ? (
      <Skeleton lines={6} />
    ) : (
      <Failure problem={problem} onRetry={() => void panel.read()} />
    );
  }
  return (
    <div class="details-body">
      <Create panel={panel} />
      <Fields panel={panel} />
      <FreeFields fields={known.free} />
      <Notes notes={panel.notes} />
      <Outcomes outcomes={panel.outcomes} />
      {known.person_id !== null && (
        <Earlier key={known.person_id} personId={known.person_id} conversationId={panel.conversationId} />
      )}
    </div>
  );
}

function Fields({ panel }: { panel: Panel }) {
  const { t } = useInbox();
  const website = linkOf(panel.details.value.texts["organization.website"].read);
  return (
    <>
      <section class="details-part" aria-labelledby="details-deal">
        <h3 id="details-deal">{t("details.deal")}</h3>
        <DealField panel={panel} />
      </section>
      <section class="details-part" aria-labelledby="details-person">
        <h3 id="details-person">{t("details.person")}</h3>
        <TextField panel={panel} name="person.name" label={t("details.name")} />
        <TextField panel={panel} name="person.email" label={t("details.email")} inputMode="email" />
        <TextField panel={panel} name="person.phone" label={t("details.phone")} inputMode="tel" />
      </section>
      <section class="details-part" aria-labelledby="details-organization">
        <h3 id="details-organization">{t("details.organization")}</h3>
        <TextField panel={panel} name="organization.name" label={t("details.company")} />
        <TextField panel={panel} name="organization.website" label={t("details.website")} inputMode="url" />
        {website !== null && (
          <a class="details-link" href={website} target="_blank" rel="noopener noreferrer nofollow">
            {t("details.openWebsite")}
          </a>
        )}
      </section>
    </>
  );
}
