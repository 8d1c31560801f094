"""What an agent has begun in the inbox is not lost by what they do beside it."""

from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.e2e.browser.people import Crowd

BEGUN, GOES_ON = "Was here before", "Was here before, and bought beans"
PRICES: FilePayload = {"name": "prices.txt", "mimeType": "text/plain", "buffer": b"Beans 9.00"}


def test_what_is_typed_while_a_note_is_saved_stays_and_is_what_is_tried_again(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    held = list[Route]()
    ana.page.route(
        "**/details/notes", lambda it: held.append(it) if it.request.method == "POST" else it.continue_()
    )
    ana.page.get_by_role("button", name="Private note").click()
    note = ana.page.get_by_role("textbox", name="Private note", exact=True)
    note.fill(BEGUN)
    with ana.page.expect_request(lambda it: it.method == "POST" and it.url.endswith("/details/notes")):
        note.press("Enter")
    note.fill(GOES_ON)
    held.pop().fulfill(status=422, json={"code": "refused", "detail": "Not now."})
    retry = ana.page.get_by_role("button", name="Retry")
    with ana.page.expect_request(
        lambda it: it.method == "POST" and it.url.endswith("/details/notes")
    ) as asked:
        retry.click()
    assert asked.value.post_data_json == {"text": GOES_ON}
    note.fill("He asked for more")
    held.pop().continue_()

    ana.sees(GOES_ON)
    expect(note).to_have_value("He asked for more")


def test_an_attached_file_and_an_edited_note_stay_while_one_looks_elsewhere(crowd: Crowd) -> None:
    ana, visitor = crowd.chatting("Ana")
    ana.attaches(PRICES)
    ana.details.get_by_label("New note").fill(BEGUN)
    ana.details.get_by_role("button", name="Add note").click()
    ana.details.get_by_role("button", name="Note by Ana: more").click()
    ana.page.get_by_role("menuitem", name="Edit note").click()
    ana.details.get_by_label("Edit note").fill(GOES_ON)

    ana.page.get_by_role("button", name="Private note").click()
    ana.goes_to("Team")
    ana.page.go_back()

    expect(ana.details.get_by_label("Edit note")).to_have_value(GOES_ON)
    ana.page.reload()
    expect(ana.page.get_by_role("button", name="Remove prices.txt")).to_be_visible()
    ana.message.press("Enter")
    visitor.sees("prices.txt")


def test_a_form_that_was_filled_in_is_not_thrown_away_by_a_slip_of_the_hand(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    form, asked = (
        ana.page.get_by_role("dialog", name=name)
        for name in ("Create lead", "Throw away what you filled in?")
    )
    note = form.get_by_label("Note", exact=True)
    opener = ana.page.get_by_role("button", name="Create lead")
    opener.click()
    expect(note).to_be_visible()
    ana.page.mouse.click(5, 5)
    expect(form).to_have_count(0)
    opener.click()
    note.fill(BEGUN)
    note.fill("")
    ana.page.keyboard.press("Escape")
    expect(form).to_have_count(0)

    opener.click()
    note.fill(BEGUN)
    ana.page.mouse.click(5, 5)
    asked.get_by_role("button", name="Go on filling in").click()
    # A browser closes a dialog by force where Escape comes again and again, and nothing between.
    for _ in range(3):
        ana.page.keyboard.press("Escape")
        expect(asked).to_be_visible()
        ana.page.keyboard.press("Escape")
        expect(asked).to_have_count(0)
        expect(note).to_be_visible()
        expect(note).to_have_value(BEGUN)
    _stays_while_it_is_on_its_way(ana.page, form, asked)
    ana.page.keyboard.press("Escape")
    asked.get_by_role("button", name="Throw away").click()
    expect(form).to_have_count(0)


def _stays_while_it_is_on_its_way(page: Page, form: Locator, asked: Locator) -> None:
    """Whether it is made is not known before the answer: nothing is left, and nothing said of it, until then."""
    held = list[Route]()
    page.route("**/leads", lambda it: held.append(it) if it.request.method == "POST" else it.continue_())
    with page.expect_request(lambda it: it.method == "POST" and it.url.endswith("/leads")):
        form.get_by_role("button", name="Create lead").click()
    page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    held.pop().fulfill(status=422, json={"code": "refused", "detail": "Not now."})
    expect(form.get_by_role("alert")).to_be_visible()
    expect(asked).to_have_count(0)
    expect(form.get_by_label("Note", exact=True)).to_have_value(BEGUN)
