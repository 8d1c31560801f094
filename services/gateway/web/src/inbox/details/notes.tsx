import { useState } from "preact/hooks";
import { mayEdit, mayRemove } from "../../models/notes";
import type { Note } from "../../wire/types";
import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";
import { Menu } from "../ui/menu";
import { More } from "../ui/more";
import { Time } from "../ui/time";
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
        action={t("details.addNote")}
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
  const editing = notes.editing.value.get(note.note_id) ?? null;
  const setEditing = (text: string | null) => notes.edits(note.note_id, text);
  // The cursor goes there when it is asked for, not when the conversation is opened again.
  const [asked, setAsked] = useState(false);
  const edit = () => {
    setAsked(true);
    setEditing(note.text);
  };
  const [removing, setRemoving] = useState(false);
  const items = [
    ...(mayEdit(note, me) ? [{ label: t("details.editNote"), onSelect: edit }] : []),
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
          action={t("details.saveNote")}
          text={editing}
          focused={asked}
          onText={setEditing}
          onCancel={() => setEditing(null)}
          onSave={(text) => notes.edit(note.note_id, text)}
        />
      )}
      {removing && (
        <Confirm
          title={t("details.removeNoteTitle")}
          action={t("details.removeNote")}
          danger
          run={() => notes.remove(note.note_id)}
          onClose={() => setRemoving(false)}
        >
          <p class="details-text" dir="auto">
            {note.text}
          </p>
        </Confirm>
      )}
    </article>
  );
}
