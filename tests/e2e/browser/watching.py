"""What goes wrong in a page without anybody seeing it: violated policies, errors, dialogs that a script opened."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog

# A closed shadow root is closed to tests as well; one test leaves it as it is.
OPEN_SHADOWS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
"""
VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy violated: ${event.effectiveDirective} ${event.blockedURI} in ${event.sourceFile}`);
});
"""
EXPECTED = ("Failed to load resource", "WebSocket connection to", "net::ERR_")
"""What the browser itself says of requests that were refused or cut, as they are in many tests."""


class WentWrong(AssertionError):
    """A page did something wrong that nobody saw."""


@dataclass
class Watch:
    """All of it; a test that provokes something forgets it with `forget`."""

    wrong: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watches every page that the context has or will have."""
        context.add_init_script(VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"error: {error.error}"))
        context.on("page", lambda page: page.on("dialog", self._dialog))

    def judge(self) -> None:
        """Raises WentWrong with all of it."""
        if self.wrong:
            raise WentWrong("\n".join(self.wrong))

    def forget(self, about: str) -> int:
        """Takes out whatever has these words, and says how much there was."""
        kept = [one for one in self.wrong if about not in one]
        gone = len(self.wrong) - len(kept)
        self.wrong[:] = kept
        return gone

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.wrong.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()
