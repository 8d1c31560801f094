"""Where an owner's browser speaks Portuguese, every text of ours in the editor of playbooks is Portuguese."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_looks import BYE, EMAIL, HELLO, LONG, Looks
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync


@pytest.fixture
def looks(crowd: Crowd, company: Company, host: Host) -> Iterator[Looks]:
    """Bia's browser in front of the template's playbook in Portuguese; it fails with all that was not Portuguese."""
    company.install(host, language="pt-BR", name="Loja")
    page = crowd.profile(locale="pt-BR").new_page()
    page.goto(f"{company.base}/inbox/join?workspace={company.workspace_id}#{company.invite('owner')}")
    page.get_by_label("Seu nome").fill("Bia")
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Participar").click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    page.goto(f"{company.base}/inbox/chatbot/{company.playbook_id}")
    expect(page.get_by_role("region", name="Cartões do playbook")).to_be_visible()
    found = Looks(page, company)
    yield found
    assert found.wrong == {}, "\n".join(f"{state}: {text!r}" for text, state in found.wrong.items())


def _form(page: Page) -> Locator:
    return page.get_by_role("complementary")


def _is_saved(page: Page) -> None:
    expect(page.locator(".pb-saving")).to_have_text("Salvo")


def _add_after(page: Page, said: str, kind: str) -> None:
    page.locator("[data-card]").filter(has_text=said).press("Insert")
    page.get_by_role("dialog").get_by_role("button", name=kind).first.click()
    expect(_form(page).get_by_role("heading", level=2)).to_have_text(kind)


def test_cards_and_their_forms(looks: Looks) -> None:
    page = looks.page
    looks.look("the cards")
    page.get_by_role("button", name="Visitas", exact=True).click()
    expect(page.get_by_text("O que houve com as visitas à versão 1.")).to_be_visible()
    looks.look("what became of the visits")
    cards = page.locator("[data-card]")
    for at in range(cards.count()):
        cards.nth(at).click()
        looks.look(f"card {at + 1}")
    for button in _form(page).locator("button[aria-haspopup=menu]").all():
        button.click()
        looks.look("a menu of the form")
        page.keyboard.press("Escape")
    cards.filter(has_text=HELLO).click()
    _form(page).get_by_role("button", name="Caminho 1: mais").click()
    looks.look("the menu of a path")
    page.keyboard.press("Escape")
    _form(page).get_by_role("button", name="Mudar").or_(
        _form(page).get_by_role("button", name="levar a outro lugar")
    ).first.click()
    looks.look("where a path leads")
    page.keyboard.press("Escape")


def test_every_kind_and_all_that_it_asks(looks: Looks) -> None:
    page = looks.page
    page.locator("[data-card]").filter(has_text=EMAIL).press("Insert")
    looks.look("which kind of card")
    page.keyboard.press("Escape")
    _add_after(page, EMAIL, "Condição")
    of = _form(page).get_by_label("Do que se trata")
    for option in of.locator("option").evaluate_all("(all) => all.map((one) => one.value)"):
        of.select_option(value=option)
        looks.look(f"a condition by {option}")
    _add_after(page, EMAIL, "Captura")
    _form(page).get_by_label("Dado", exact=True).select_option(label="Um campo seu")
    for kind in ("Texto", "Número", "Data", "Um entre vários"):
        _form(page).get_by_label("Tipo", exact=True).select_option(label=kind)
        looks.look(f"a field of the type {kind}")
    _add_after(page, EMAIL, "Ação")
    for follow_up in ("Um lead", "Um negócio", "Uma atividade"):
        _form(page).get_by_label("Cria", exact=True).select_option(label=follow_up)
        looks.look(f"what creates {follow_up}")
    _is_saved(page)
    page.locator(".pb-problems summary").click()
    looks.look("what is wrong")
    page.get_by_role("button", name="Publicar", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publicar agora").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    looks.look("a draft that is refused")


def test_dialogs_menus_and_the_preview(looks: Looks, tmp_path: Path) -> None:
    page = looks.page
    page.locator("[data-card]").filter(has_text=EMAIL).click()
    looks.dialog("deleting", _form(page).get_by_role("button", name="Excluir", exact=True))
    _form(page).get_by_role("button", name="Mover", exact=True).click()
    looks.look("the menu of moves")
    looks.dialog("moving", page.get_by_role("menuitem").last)
    more = page.get_by_role("button", name="Mais para este playbook")
    more.click()
    looks.look("the menu of all")
    page.keyboard.press("Escape")
    for item in ("O que ainda não foi publicado", "Renomear", "Duplicar", "Desativar", "Arquivar"):
        more.click()
        looks.dialog(item, page.get_by_role("menuitem", name=item))
    for content in ("{", json.dumps({"name": 7})):
        more.click()
        page.get_by_role("menuitem", name="Substituir por um arquivo").click()
        (tmp_path / "file.json").write_text(content)
        page.get_by_role("dialog").get_by_label("Arquivo").set_input_files(tmp_path / "file.json")
        page.get_by_role("dialog").get_by_role("button", name="Substituir").click()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
        looks.look("a file that is none")
        page.keyboard.press("Escape")
    page.locator("[data-card]").filter(has_text=HELLO).click()
    _form(page).get_by_label("Pergunta", exact=True).fill(BYE)
    _is_saved(page)
    page.get_by_role("button", name="Publicar", exact=True).click()
    page.get_by_text("O que ainda não foi publicado").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Agora é {BYE}")
    looks.look("publishing")
    page.keyboard.press("Escape")
    _add_after(page, EMAIL, "Condição")
    page.get_by_role("button", name="Prévia", exact=True).click()
    expect(page.frame_locator("iframe[title^=Painel]").get_by_text(BYE)).to_be_visible()
    page.get_by_text("Quem ela imita").click()
    looks.look("the preview")


def test_look_install_and_versions(looks: Looks, company: Company) -> None:
    page = looks.page
    parts = page.get_by_role("navigation", name="Partes do playbook")
    parts.get_by_role("link", name="Aparência").click()
    looks.look("the look")
    page.get_by_label("Cor", exact=True).fill("#ffee88")
    expect(page.get_by_text("é difícil de ler")).to_be_visible()
    page.get_by_label("Nome do bot").fill("Moka")
    looks.look("colours that cannot be read")
    one = f"playbooks/{company.playbook_id}"
    company.post(f"{one}/look", {"look": {**company.get(one)["look"], "bot_name": "Bia"}})
    page.get_by_role("button", name="Salvar aparência").click()
    expect(page.get_by_text("mudou o mesmo nesse meio-tempo")).to_be_visible()
    looks.look("a look that both changed")
    page.get_by_role("button", name="Ficar com o meu").click()
    expect(page.get_by_text("Os visitantes veem em até um minuto.")).to_be_visible()
    looks.look("a look that is saved")
    parts.get_by_role("link", name="Instalar").click()
    page.get_by_role("textbox", name="Sites").fill("nada mesmo")
    looks.look("install")
    parts.get_by_role("link", name="Versões").click()
    expect(page.get_by_role("button", name="O que mudou").first).to_be_visible()
    looks.look("versions")
    looks.dialog("two versions", page.get_by_role("button", name="O que mudou com a versão 1"))


def test_what_others_do_meanwhile(looks: Looks, company: Company) -> None:
    page = looks.page
    one = f"playbooks/{company.playbook_id}"
    company.post(f"{one}/live-chat-cards/live_chat", {"wait_time_s": 90})
    page.locator("[data-card]").filter(has_text=HELLO).click()
    _form(page).get_by_label("Pergunta", exact=True).fill(BYE)
    expect(page.get_by_text("nesse meio-tempo")).to_be_visible()
    looks.look("somebody else's change of another card")
    _is_saved(page)
    welcome = company.get(one)["draft"]["cards"]["welcome"]
    company.post(f"{one}/cards/welcome", {"card": {**welcome, "text": "Palavras nossas"}})
    _form(page).get_by_label("Pergunta", exact=True).fill("Bia")
    expect(page.get_by_text("Os dois mudaram:")).to_be_visible()
    looks.look("both changed the same card")
    page.get_by_role("button", name="Ficar com o da outra pessoa").click()
    _is_saved(page)
    looks.look("theirs")


def test_past_visits_and_page_rules(looks: Looks, company: Company) -> None:
    page, one = looks.page, f"playbooks/{company.playbook_id}"
    company.visit(company.playbook_id).pick("welcome", "browse")
    eventually_sync(lambda: company.post(f"{one}/dry-runs", {})["visits"] == 1, what="a visit is known")
    looks.dialog(
        "a draft that changes nothing", page.get_by_role("button", name="Testar em visitas passadas")
    )
    welcome = company.get(one)["draft"]["cards"]["welcome"]
    welcome["choices"] = [choice for choice in welcome["choices"] if choice["choice_id"] != "browse"]
    company.post(f"{one}/cards/welcome", {"card": welcome})
    page.reload()
    page.get_by_role("button", name="Testar em visitas passadas").click()
    expect(page.get_by_role("dialog").get_by_role("region", name="Onde param")).to_be_visible()
    looks.look("a draft in which a visit gets stuck")
    page.keyboard.press("Escape")
    parts = page.get_by_role("navigation", name="Partes do playbook")
    parts.get_by_role("link", name="Versões").click()
    looks.dialog("the visits to a version", page.get_by_role("button", name="Visitas à versão 1"))

    parts.get_by_role("link", name="Instalar").click()
    for _ in range(2):
        page.get_by_role("button", name="Adicionar uma regra").click()
    rule = page.get_by_role("group", name="Regra 1")
    rule.get_by_role("button", name="E…", exact=True).click()
    looks.look("rules of pages")
    of = rule.get_by_label("Do que se trata").first
    for at in range(of.locator("option").count()):
        of.select_option(index=at)
        looks.look(f"a rule by the condition {at + 1}")
    page.get_by_role("group", name="Testar um endereço").get_by_label("Endereço").fill(
        "https://a.example.com"
    )
    looks.look("an address that is tried")


def test_what_cannot_be_sent_or_published(looks: Looks, company: Company) -> None:
    page = looks.page
    page.locator("[data-card]").filter(has_text=HELLO).click()
    _form(page).get_by_label("Pergunta", exact=True).fill(LONG.replace("Bia", "**Bia**"))
    expect(page.locator(".pb-saving")).to_have_text("Salvo, exceto um texto longo demais")
    looks.look("a text that is too long")
    _form(page).get_by_label("Pergunta", exact=True).fill("Bia")
    _is_saved(page)
    page.get_by_role("button", name="Publicar", exact=True).click()
    company.post(f"playbooks/{company.playbook_id}/live-chat-cards/live_chat", {"wait_time_s": 90})
    page.get_by_role("dialog").get_by_role("button", name="Publicar agora").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("mudou o rascunho")
    looks.look("a draft that somebody changed meanwhile")


def test_the_list_and_what_it_leads_to(looks: Looks) -> None:
    page = looks.page
    page.get_by_role("link", name="Chatbot").first.click()
    loja = page.get_by_role("article", name="Loja")
    expect(loja.get_by_text("Alterado")).to_be_visible()
    looks.dialog("importing", page.get_by_role("button", name="Importar", exact=True))
    looks.dialog("switching off", loja.get_by_role("button", name="Desativar"))
    loja.get_by_role("button", name="Mais para Loja").click()
    looks.dialog("a copy", page.get_by_role("menuitem", name="Duplicar"))
    page.get_by_role("button", name="Configurar Live Chat").click()
    page.get_by_role("button", name="Novo a partir de um modelo").click()
    looks.look("what a playbook is made from")
