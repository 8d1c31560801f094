import { useEffect, useState } from "preact/hooks";
import type { Attachment } from "../wire/types";
import type { Panel } from "./panel";
import { says } from "./says";

/** A file of a message: pictures are shown, and each can be saved. Its bytes are asked for with a token. */
export function Attached({ file, panel }: { file: Attachment; panel: Panel }) {
  const { t, visiting } = panel;
  const picture = file.content_type.startsWith("image/");
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!picture) return;
    let shown: string | null = null;
    let over = false;
    visiting.api.blob(`gateway/files/${file.file_id}`).then(
      (bytes) => {
        if (over) return;
        // The type is ours: what is shown is a picture or nothing.
        shown = URL.createObjectURL(new Blob([bytes], { type: file.content_type }));
        setUrl(shown);
      },
      () => setFailed(true),
    );
    return () => {
      over = true;
      if (shown !== null) URL.revokeObjectURL(shown);
    };
  }, [visiting, file.file_id, file.content_type, picture]);
  const save = async () => {
    setFailed(false);
    try {
      const bytes = await visiting.api.blob(`gateway/files/${file.file_id}`);
      const made = URL.createObjectURL(bytes);
      const link = Object.assign(document.createElement("a"), { href: made, download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(made), 10_000);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      {url !== null && <img src={url} alt={file.name} />}
      <button
        type="button"
        class="file"
        aria-label={says("download", { name: file.name })}
        onClick={() => void save()}
      >
        {file.name} · {size(file.size_bytes)}
      </button>
      {failed && (
        <p class="error" role="alert">
          {t("failed")}
        </p>
      )}
    </>
  );
}

function size(bytes: number): string {
  const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
  const format = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(document.documentElement.lang, format).format(Math.max(value, 0.1));
}
