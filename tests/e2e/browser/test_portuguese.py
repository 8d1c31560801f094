"""Where a playbook or an agent's browser speaks Portuguese, every text of ours is Portuguese, shown or read out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.notified import set_permission
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.spoken import foreign
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.wire import Wire
from tests.waiting import eventually_sync

CHAT = "Falar com a gente"
OF_THE_BOT = (
    "Olá! Como podemos ajudar?",
    "Só estou olhando",
    CHAT,
    "Obrigado! Estamos procurando alguém para atender você.",
    "Desculpe, todos estão ocupados no momento.",
    "Deixe seus dados e entraremos em contato.",
    "Qual é o seu nome?",
    "Por favor, diga o seu nome.",
    "E o seu e-mail?",
    "Isso não parece um e-mail. Tente de novo, por favor.",
    "Obrigado! Entraremos em contato em breve.",
    "Bot",
    "Bot:",
)
"""The template's own words in Portuguese, which owners change as they like."""
PEOPLE = (
    "Ana",
    "Bia",
    "Bia:",
    "Bia (Você)",
    "Vera",
    "vera",
    *("vera@example.com", "ana@example.com"),
    *(f"person{number}@example.com" for number in (1, 2, 3)),
    "Visitante",
    "Shop",
    "Recibo 7",
    "recibo.txt",
    "Bom dia!",
)
OF_THE_SITE = ("A shop", "Some words about things to buy.")
FILE = FilePayload(name="recibo.txt", mimeType="text/plain", buffer=b"Recibo 7")


class Screens:
    """Looks at screens in one state after the other, and keeps what is not Portuguese there, with its first state."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def look(self, screen: Page, state: str, *written: str) -> None:
        """All of it, whether it is seen or read out."""
        found = foreign(screen, *PEOPLE, *OF_THE_BOT, *written)
        self.wrong = {**dict.fromkeys(found, state), **self.wrong}

    def panel(self, visitor: VisitorScreen, state: str) -> None:
        """The panel, and the site's page around it."""
        found = foreign(visitor.panel.locator("html"), *PEOPLE, *OF_THE_BOT)
        around = foreign(visitor.page, *OF_THE_SITE, *OF_THE_BOT, "Shop", "Chat", "Fechar chat")
        self.wrong = {**dict.fromkeys((*found, *around), state), **self.wrong}


@pytest.fixture
def screens() -> Iterator[Screens]:
    """Fails with everything that was not Portuguese."""
    found = Screens()
    yield found
    assert found.wrong == {}, "\n".join(f"{state}: {text!r}" for text, state in found.wrong.items())


def test_a_visitor_reads_portuguese_from_begin_to_end(
    crowd: Crowd, company: Company, host: Host, wire: Wire, screens: Screens
) -> None:
    company.install(host, language="pt-BR")
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    panel = visitor.panel
    expect(visitor.launcher).to_have_accessible_name("Chat")
    visitor.open()
    visitor.sees("Olá! Como podemos ajudar?")
    screens.panel(visitor, "a question")
    visitor.choose(CHAT)
    expect(panel.get_by_text("Aguardando atendente")).to_be_visible()
    expect(panel.get_by_role("timer")).to_be_visible()
    screens.panel(visitor, "waiting")
    agent.open_folder("Unassigned")
    agent.open_conversation()
    agent.take()
    visitor.sees("Ana entrou no chat.")
    message = panel.get_by_role("textbox", name="Mensagem")
    message.fill("Bom dia!")
    panel.get_by_role("button", name="Enviar", exact=True).click()
    expect(visitor.log.get_by_text("Vista", exact=True)).to_be_visible()
    visitor.attaches(FILE)
    expect(
        visitor.log.get_by_role("button", name="recibo.txt").or_(visitor.log.get_by_text("recibo.txt"))
    ).not_to_have_count(0)
    typing = panel.get_by_text("Ana está digitando…")
    eventually_sync(lambda: agent.types() and typing.count() == 1, every_s=0.5, what="who is typing")
    screens.panel(visitor, "a chat")
    wire.down = True
    try:
        wire.cut_all()
        message.fill("Bom dia!")
        panel.get_by_role("button", name="Enviar", exact=True).click()
        expect(panel.get_by_text("Sem conexão. Tentando de novo…")).to_be_visible()
        screens.panel(visitor, "off line")
    finally:
        wire.down = False
    panel.get_by_role("button", name="Encerrar chat").click()
    asked = panel.get_by_role("dialog", name="Encerrar chat")
    expect(asked).to_be_visible()
    screens.panel(visitor, "whether to end it")
    asked.get_by_role("button", name="Encerrar chat").click()
    expect(panel.get_by_text("Você encerrou este chat.")).to_be_visible()
    screens.panel(visitor, "ended")


def test_a_visitor_whom_nobody_answers_reads_portuguese(
    crowd: Crowd, company: Company, host: Host, screens: Screens
) -> None:
    company.install(host, language="pt-BR")
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees("Qual é o seu nome?")
    screens.panel(visitor, "the name is asked for")
    visitor.gives("Nome", "Vera")
    visitor.sees("E o seu e-mail?")
    visitor.field("E-mail").fill("vera")
    visitor.field("E-mail").press("Enter")
    screens.panel(visitor, "an address that is none")
    visitor.gives("E-mail", "vera@example.com")
    visitor.sees("Obrigado! Entraremos em contato em breve.")
    screens.panel(visitor, "the offline flow is over")
    expect(visitor.panel.locator("html")).to_have_attribute("lang", "pt-BR")


def _joined(crowd: Crowd, company: Company, screens: Screens) -> Page:
    """Bia, an owner whose browser speaks Portuguese, in the inbox and online."""
    page = crowd.profile(locale="pt-BR").new_page()
    set_permission(page, company.base, "prompt")
    page.goto(f"{company.base}/inbox/sign-in?workspace={company.workspace_id}")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Senha", exact=True).fill("not the password")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("a senha está errado")).to_be_visible()
    screens.look(page, "a refused sign-in")
    page.goto(f"{company.base}/inbox/reset?workspace={company.workspace_id}#nothing")
    expect(page.get_by_role("button", name="Criar senha")).to_be_visible()
    screens.look(page, "another password")
    page.goto(f"{company.base}/inbox/join?workspace={company.workspace_id}#{company.invite('owner')}")
    expect(page.get_by_label("Seu nome")).to_be_visible()
    screens.look(page, "join")
    page.get_by_label("Seu nome").fill("Bia")
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Participar").click()
    expect(page.get_by_text("Fique online, embaixo à esquerda")).to_be_visible()
    expect(page.get_by_role("region", name="Ativar notificações")).to_be_visible()
    screens.look(page, "an empty folder, and the card of notices")
    page.get_by_role("button", name="Agora não").click()
    page.get_by_role("switch", name="Seu status").click()
    company.knows_online("Bia")
    return page


@pytest.mark.whole_browser
def test_an_agent_reads_portuguese_in_the_live_chat(
    crowd: Crowd, company: Company, host: Host, wire: Wire, screens: Screens
) -> None:
    company.install(host, language="pt-BR")
    page = _joined(crowd, company, screens)
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    page.locator("[data-row]").click()
    expect(page.get_by_role("button", name="Atribuir a mim").first).to_be_visible()
    screens.look(page, "a conversation that waits")
    page.get_by_role("button", name="Atribuir a mim").first.click()
    expect(page.get_by_text("Atribuída a você")).to_be_visible()
    visitor.attaches(FILE)
    expect(page.get_by_role("log").get_by_text("recibo.txt")).not_to_have_count(0)
    page.get_by_role("textbox", name="Mensagem").fill("Bom dia!")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Detalhes")).to_contain_text("Valor do negócio")
    page.get_by_role("button", name="Criar lead", exact=True).click()
    page.get_by_role("dialog").get_by_label("Título").fill("Recibo 7")
    page.get_by_role("dialog").get_by_role("button", name="Criar lead").click()
    expect(page.get_by_role("region", name="Resultados finais criados")).to_contain_text("Por você")
    screens.look(page, "a chat")
    for button in ("Atribuir a um agente", "Mais", "Criar outra coisa", "Conta: Bia"):
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("menu")).to_be_visible()
        screens.look(page, f"the menu of {button}")
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Criar lead", exact=True).click()
    page.get_by_role("dialog").get_by_label("Título").fill("Recibo 7")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Descartar")).to_be_visible()
    screens.look(page, "whether to throw away what was filled in")
    page.get_by_role("button", name="Descartar").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    for way in (["Encerrar"], ["Criar lead"], ["Mais", "Bloquear o visitante"]):
        _dialog(page, screens, *way)
    for what in ("Criar negócio", "Adicionar atividade"):
        _dialog(page, screens, "Criar outra coisa", what)
    for opening in ("Control+k", "?"):
        page.get_by_role("heading", level=1).click()
        page.keyboard.press(opening)
        expect(page.get_by_role("dialog")).to_be_visible()
        screens.look(page, f"what {opening} opens")
        page.keyboard.press("Escape")
    _lists(page, screens)
    _leads(page, screens)
    wire.down = True
    try:
        wire.cut_all()
        expect(page.get_by_text("Sem conexão. Tentando de novo…")).to_be_visible()
        screens.look(page, "off line")
    finally:
        wire.down = False


def _dialog(page: Page, screens: Screens, *way: str) -> None:
    """The dialog that these buttons and items of menus lead to."""
    page.get_by_role("button", name=way[0], exact=True).first.click()
    for item in way[1:]:
        page.get_by_role("menuitem", name=item).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    screens.look(page, f"the dialog of {way[-1]}")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _lists(page: Page, screens: Screens) -> None:
    """Lists that are narrowed, searched and empty."""
    page.get_by_role("list", name="Pastas").get_by_role("link", name="Encerradas").click()
    expect(page.get_by_text("Nada foi encerrado ainda")).to_be_visible()
    screens.look(page, "nothing closed")
    page.get_by_role("button", name="Perdidas").click()
    expect(page.get_by_text("Nada aqui corresponde")).to_be_visible()
    screens.look(page, "a narrowed list")
    _dialog(page, screens, "Salvar como visão")
    page.get_by_role("searchbox").fill("zzz")
    expect(page.get_by_text("Nada foi encontrado")).to_be_visible()
    screens.look(page, "nothing found")
    page.get_by_role("searchbox").press("Escape")


def _leads(page: Page, screens: Screens) -> None:
    """What came of the chat, among all leads."""
    page.get_by_role("navigation").get_by_role("link", name="Todos os leads", exact=True).click()
    expect(page.get_by_role("link", name="Abrir conversa")).to_be_visible()
    screens.look(page, "all leads")


@pytest.mark.whole_browser
def test_an_owner_reads_portuguese_on_every_page(
    crowd: Crowd, company: Company, host: Host, screens: Screens
) -> None:
    crowd.agent("Ana")
    company.install(host, language="pt-BR")
    page = _joined(crowd, company, screens)
    lists = ("Todos os leads", "Todos os negócios", "Todas as atividades")
    for name in ("Chatbot", "Equipe", "Respostas prontas", *lists):
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.get_by_text("Carregando")).to_have_count(0)
        screens.look(page, name)
        if name == "Equipe":
            for button in ("Ana: mais", "Bia: mais"):
                page.get_by_role("button", name=button).first.click()
                screens.look(page, f"the menu of {button}")
                page.keyboard.press("Escape")
            page.get_by_label("E-mail").fill("person3@example.com")
            _dialog(page, screens, "Convidar")
        elif name == "Respostas prontas":
            _dialog(page, screens, "Adicionar resposta")
        elif name == "Chatbot":
            for way in (["Configurar Live Chat"], ["Código"]):
                _dialog(page, screens, *way)
            for item in ("Editar sites", "Renomear", "Arquivar"):
                _dialog(page, screens, "Mais para Shop", item)
    page.get_by_role("button", name="Conta: Bia").click()
    page.get_by_role("menuitem", name="Conta", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Conta")
    expect(page.get_by_text("Carregando")).to_have_count(0)
    screens.look(page, "the account", "Chrome em Linux", page.evaluate("navigator.userAgent"))
    page.goto(f"{company.base}/inbox/nowhere")
    expect(page.get_by_text("Esta página não existe")).to_be_visible()
    screens.look(page, "nowhere")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
