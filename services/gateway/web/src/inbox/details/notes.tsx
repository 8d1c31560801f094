import { useState } from "preact/hooks";
import { mayEdit, mayRemove } from "../../models/notes";
import type { Note } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Menu } from "../ui/menu";
import { Time } from "../ui/time";
import { More } from "./more";
import { NoteEditor } from "./note-editor";
import type { Notes as Kept } from "./notes-kept";

/** The notes of a conversation, the newest first, under a field for another one. */
export function Notes({ notes }: { notes: Kept }) {
  const { t, me } = useInbox();
  const items = notes.items.value;
  return (
    <section class="details-part" aria-labelledby="details-notes">
      <h3 id="details-notes">{t("details.notes")}</h3>
      <NoteEditor
        label={t("details.note")}
        placeholder={t("details.notePlaceholder")}
        save={t("details.addNote")}
        text={notes.draft.value}
        onText={(text) => {
          notes.draft.value = text;
        }}
        onSave={async (text, key) => {
          await notes.add(text, key, me);
          // What was typed meanwhile is another note.
          if (notes.draft.value.trim() === text) notes.draft.value = "";
        }}
      />
      {items.length > 0 && (
        <ul class="details-notes">
          {items.map((note) => (
            <li key={note.note_id}>
              <NoteItem note={note} notes={notes} />
            </li>
          ))}
        </ul>
      )}
      {notes.hasMore.value && <More load={() => notes.more()} label={t("details.moreNotes")} />}
    </section>
  );
}

function NoteItem({ note, notes }: { note: Note; notes: Kept }) {
  const { t, me } = useInbox();
  const [editing, setEditing] = useState<string | null>(null);
  const [removing, setRemoving] = useState(false);
  const items = [
    ...(mayEdit(note, me) ? [{ label: t("details.editNote"), onSelect: () => setEditing(note.text) }] : []),
    ...(mayRemove(note, me)
      ? [{ label: t("details.removeNote"), danger: true, onSelect: () => setRemoving(true) }]
      : []),
  ];
  return (
    <article class="details-note" aria-label={t("details.noteBy", { name: note.by_name })}>
      <header>
        <strong dir="auto">{note.by_name}</strong>
        <small>
          <Time at={note.created_at} />
          {note.edited_at !== null && <> · {t("details.edited")}</>}
        </small>
        {items.length > 0 && (
          <Menu label={t("details.noteMenu", { name: note.by_name })} button="…" kind="quiet" items={items} />
        )}
      </header>
      {editing === null ? (
        <p class="details-text" dir="auto">
          {note.text}
        </p>
      ) : (
        <NoteEditor
          label={t("details.editNote")}
          save={t("details.saveNote")}
          text={editing}
          focused
          onText={setEditing}
          onCancel={() => setEditing(null)}
          onSave={async (text) => {
            await notes.edit(note.note_id, text);
            setEditing(null);
          }}
        />
      )}
      {removing && <RemoveNote note={note} notes={notes} onClose={() => setRemoving(false)} />}
    </article>
  );
}

function RemoveNote({ note, notes, onClose }: { note: Note; notes: Kept; onClose: () => void }) {
  const { t, toast } = useInbox();
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    await notes.remove(note.note_id).then(onClose, toast);
    setBusy(false);
  };
  return (
    <Dialog title={t("details.removeNoteTitle")} onClose={onClose}>
      <p class="details-text" dir="auto">
        {note.text}
      </p>
      <div class="dialog-buttons">
        <Button onClick={onClose}>{t("shell.cancel")}</Button>
        <Button kind="danger" busy={busy} onClick={() => void remove()}>
          {t("details.removeNote")}
        </Button>
      </div>
    </Dialog>
  );
}
