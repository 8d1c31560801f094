"""What an agent has begun in the inbox is not lost by what they do beside it."""

from playwright.sync_api import FilePayload, Route, expect

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
    expect(ana.page.get_by_role("button", name="Remove prices.txt")).to_be_visible()
    ana.message.press("Enter")
    visitor.sees("prices.txt")


def test_a_form_that_was_filled_in_is_not_closed_by_a_press_beside_it(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    ana.page.get_by_role("button", name="Create lead").click()
    asked = ana.page.get_by_role("dialog")
    expect(asked).to_be_visible()
    ana.page.mouse.click(5, 5)
    expect(asked).to_have_count(0)

    ana.page.get_by_role("button", name="Create lead").click()
    asked.get_by_label("Note", exact=True).fill(BEGUN)
    ana.page.mouse.click(5, 5)
    expect(asked.get_by_label("Note", exact=True)).to_have_value(BEGUN)
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_have_count(0)
