import { useState } from "preact/hooks";
import { labelled, type Standing } from "../../models/allowing";
import type { Device } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { problemFrom, useLoaded } from "../ui/loaded";
import { Failure } from "../ui/states";
import { Time } from "../ui/time";
import type { Allowing } from "./allowing";
import { Check } from "./check";
import { Choices } from "./choices";
import { HowToAllow, WhyTabsOnly } from "./how-to-allow";
import { noticing } from "./notices";
import type { Noticing } from "./noticing";

/** The part of the account page about notices: how they stand here, how they are shown, and one's devices. */
export function NoticeSettings() {
  const { t } = useInbox();
  const it = noticing.value;
  if (it === null) return null;
  return (
    <section class="panel" aria-labelledby="notice-settings">
      <h2 id="notice-settings">{t("notices.title")}</h2>
      <Here allowing={it.allowing} />
      <Choices />
      <Shown it={it} />
      <Devices it={it} />
    </section>
  );
}

/** How notices stand in this browser, and what can be done about it. */
function Here({ allowing }: { allowing: Allowing }) {
  const { t } = useInbox();
  const [busy, setBusy] = useState(false);
  const now = allowing.now.value;
  const run = (what: () => Promise<void>) => () => {
    setBusy(true);
    void what().finally(() => setBusy(false));
  };
  const isOn = now.is === "on" || now.is === "tabs_only";
  return (
    <div class="notice-here">
      <div role="status">
        <Words now={now} />
      </div>
      <div class="notice-card-buttons">
        {(now.is === "default" || now.is === "off") && (
          <Button kind="primary" busy={busy} onClick={run(() => allowing.turnOn())}>
            {t("notices.turnOn")}
          </Button>
        )}
        {now.is === "tabs_only" && now.why !== "no_web_push" && (
          <Button busy={busy} onClick={run(() => allowing.turnOn())}>
            {t("notices.again")}
          </Button>
        )}
        {isOn && (
          <Button busy={busy} onClick={run(() => allowing.turnOff())}>
            {t("notices.turnOff")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Words({ now }: { now: Standing }) {
  const { t } = useInbox();
  if (now.is === "denied") return <HowToAllow />;
  if (now.is === "tabs_only") return <WhyTabsOnly why={now.why} />;
  return <p>{t(`notices.is_${now.is}` as const)}</p>;
}

/** How notices are shown in this browser, and a way to see one. */
function Shown({ it }: { it: Noticing }) {
  const { t, toast } = useInbox();
  const settings = it.settings.value;
  const now = it.allowing.now.value;
  if (settings === null) return null;
  const mayShow = now.is === "on" || now.is === "tabs_only";
  const test = async () => {
    const message = { is: "test", title: t("notices.testTitle"), body: t("notices.testText") } as const;
    toast(t((await it.line.tell(message)) ? "notices.tested" : "notices.is_unsupported"));
  };
  return (
    <fieldset class="notice-shown">
      <legend>{t("notices.here")}</legend>
      <Check checked={settings.sound} onChange={(sound) => void it.set({ sound })}>
        {t("notices.sound")}
      </Check>
      <Check checked={settings.previews} onChange={(previews) => void it.set({ previews })}>
        {t("notices.previews")}
      </Check>
      {mayShow && <Button onClick={() => void test()}>{t("notices.test")}</Button>}
    </fieldset>
  );
}

/** The agent's devices; any of them can be taken off from here. */
function Devices({ it }: { it: Noticing }) {
  const { t, api, toast } = useInbox();
  const standing = it.allowing.now.value.is;
  const nameOf = ({ label }: Device) => {
    const made = labelled(label);
    return made === null ? label || t("notices.device") : t("account.browserOn", made);
  };
  const loaded = useLoaded(standing, async () => {
    const [{ items }, { device }] = await Promise.all([
      api.get<{ items: Device[] }>("notifier/devices"),
      it.kept.read(),
    ]);
    return { items, here: device?.device_id ?? null };
  });
  const { value, problem } = loaded;
  if (value === null) return problem === null ? null : <Failure problem={problem} onRetry={loaded.again} />;
  const remove = async (device: Device) => {
    try {
      if (device.device_id === value.here) await it.allowing.turnOff();
      else await api.delete(`notifier/devices/${device.device_id}`);
      // The list follows a moment later than what was done.
      loaded.set({ ...value, items: value.items.filter((one) => one !== device) });
    } catch (error) {
      toast(problemFrom(error), () => void remove(device));
    }
  };
  return (
    <>
      <h3 class="notice-devices-title">{t("notices.devices")}</h3>
      {value.items.length === 0 && <p class="field-hint">{t("notices.noDevices")}</p>}
      <ul class="rows notice-devices" aria-label={t("notices.devices")}>
        {value.items.map((device) => (
          <li key={device.device_id}>
            <span>
              {nameOf(device)}{" "}
              {device.device_id === value.here && <strong>{t("notices.thisBrowser")}</strong>}
              <small>
                {t("notices.since")} <Time at={device.allowed_at} />
              </small>
            </span>
            <Button
              kind="quiet"
              aria-label={t("notices.removeOf", { label: nameOf(device) })}
              onClick={() => void remove(device)}
            >
              {t("notices.remove")}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
