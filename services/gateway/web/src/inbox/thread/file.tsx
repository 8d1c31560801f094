import { useEffect, useState } from "preact/hooks";
import type { Attachment } from "../../wire/types";
import { useInbox } from "../context";
import { Icon } from "../ui/icon";
import { problemFrom } from "../ui/loaded";

/** A file of a message: a picture is shown, all can be saved. Its bytes need the token and come as a blob. */
export function File({ attachment }: { attachment: Attachment }) {
  const { t, format } = useInbox();
  const save = useSave(attachment);
  const { name, content_type, size_bytes } = attachment;
  return (
    <div class="file">
      {content_type.startsWith("image/") && <Picture attachment={attachment} />}
      <button type="button" class="button quiet" aria-label={t("file.download", { name })} onClick={save}>
        <Icon name="save" />
        <span class="clip">{name}</span>
        <small>{format.bytes(size_bytes)}</small>
      </button>
    </div>
  );
}

function Picture({ attachment }: { attachment: Attachment }) {
  const { api, t } = useInbox();
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const { file_id, name } = attachment;
  useEffect(() => {
    let made: string | null = null;
    let ended = false;
    api.blob(`gateway/files/${file_id}`).then(
      (blob) => {
        if (ended) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => setFailed(true),
    );
    return () => {
      ended = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [api, file_id]);
  if (failed) return <p class="field-error">{t("file.failed")}</p>;
  return url === null ? <span class="picture-place" /> : <img class="picture" src={url} alt={name} />;
}

function useSave({ file_id, name }: Attachment): () => void {
  const { api, toast } = useInbox();
  const save = async () => {
    try {
      const url = URL.createObjectURL(await api.blob(`gateway/files/${file_id}`));
      const link = document.createElement("a");
      link.href = url;
      link.download = name;
      link.click();
      // The browser has begun to save by then.
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toast(problemFrom(error), () => void save());
    }
  };
  return () => void save();
}
