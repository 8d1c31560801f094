import styles from "./talk.css?inline";

/** The looks of a chat come with it; a sheet that a script makes needs no leave of the page's policy. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);
document.adoptedStyleSheets.push(sheet);
