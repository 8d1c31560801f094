import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../wire/problem";
import { useSpeech } from "../context";
import { problemText } from "../problem-text";
import { Button } from "./button";

const QUIET_MS = 300;

/** Where there is nothing: why, and what to do about it. */
export function Empty({
  is: Title = "p",
  title,
  text,
  children,
}: {
  /** The heading of a page that has nothing else. */
  is?: "h1" | "p";
  title: string;
  text?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Title class="empty-title">{title}</Title>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  );
}

/** Lines in place of what is loading; only where that takes long enough to be noticed. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useSpeech();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div class="skeleton" role="status" aria-label={t("shell.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={String(line)} />
      ))}
    </div>
  );
}

/** What could not be had: why, by which id a report finds it, and a way to try again. */
export function Failure({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const { t, format } = useSpeech();
  return (
    <div class="failure" role="alert">
      <p>{problemText(problem, t, format)}</p>
      {problem.correlationId !== null && (
        <p class="mono">{t("problem.report", { id: problem.correlationId })}</p>
      )}
      {onRetry && <Button onClick={onRetry}>{t("shell.retry")}</Button>}
    </div>
  );
}
