import { nearest } from "../i18n/texts";
import { talkTexts } from "./talk-texts";

/** The texts of a chat, in the language that the panel has when a chat is loaded. */
export const says = talkTexts(nearest([document.documentElement.lang]));
