import { nearest } from "../i18n/texts";
import { type TalkT, talkTexts } from "./talk-texts";

/** The texts of a chat, in the language that the panel has by then. */
export const says: TalkT = (...told) => talkTexts(nearest([document.documentElement.lang]))(...told);
