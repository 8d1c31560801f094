import { render } from "preact";
import { App } from "./app";
import { followHistory } from "./router";
import { begin } from "./session";
import { followSettings } from "./settings";
import "./styles/base.css";
import "./styles/ui.css";
import "./styles/entry.css";
import "./styles/shell.css";
import "./styles/lists.css";
import "./styles/thread.css";
import "./styles/keys.css";

followHistory();
followSettings();
void begin();
render(<App />, document.body);
