import { area } from "./area";

export const notices = area({
  en: {
    "notices.title": "Notifications",
    "notices.kinds": "Tell me of",
    "notices.kind_new_conversation": "New conversations in Unassigned, while I am online",
    "notices.kind_new_message": "New messages in my conversations",
    "notices.kind_assigned_to_you": "Conversations that somebody assigns to me",
    "notices.what": "What you choose here counts on all of your devices and in every tab.",
    "notices.askTitle": "Turn on notifications",
    "notices.askText":
      "Visitors wait for you: your desktop tells you of a new conversation or message, also while the inbox is closed. The browser asks you once.",
    "notices.asking": "Your browser is asking now. Choose “Allow”.",
    "notices.turnOn": "Turn on notifications",
    "notices.turnOff": "Turn off in this browser",
    "notices.notNow": "Not now",
    "notices.again": "Try again",
    "notices.understood": "Got it",
    "notices.tabsTitle": "Notifications need an open tab",
    "notices.deniedTitle": "Notifications are blocked",
    "notices.denied": "This browser blocks notifications from the inbox, and only you can allow them again.",
    "notices.undoChrome":
      "Click the icon to the left of the address, choose “Site settings”, set “Notifications” to “Allow”, and load this page again.",
    "notices.undoEdge":
      "Click the padlock to the left of the address, choose “Permissions for this site”, set “Notifications” to “Allow”, and load this page again.",
    "notices.undoFirefox":
      "Click the icon with the crossed-out speech bubble to the left of the address, remove “Blocked” at “Send notifications”, and load this page again.",
    "notices.undoSafari":
      "In the menu bar choose Safari → Settings → Websites → Notifications, set this site to “Allow”, and load this page again.",
    "notices.undoOther":
      "Open your browser's settings for this site, allow notifications, and load this page again.",
    "notices.no_web_push":
      "Notifications are shown while the inbox is open in a tab. This installation sends none to closed browsers.",
    "notices.unreachable":
      "The inbox can notify you only while it is open in a tab: your browser's push service could not be reached.",
    "notices.too_many_devices":
      "The inbox can notify you only while it is open in a tab: you have as many devices as anybody may have. Remove one in your account.",
    "notices.failed":
      "The inbox can notify you only while it is open in a tab: this browser could not be signed up for more.",
    "notices.brave":
      "In Brave, open brave://settings/privacy, turn on “Use Google services for push messaging”, and start the browser again.",
    "notices.is_unsupported":
      "This browser cannot show notifications for this address. They need https, and a browser window that is not private.",
    "notices.is_default": "Notifications are not turned on in this browser.",
    "notices.is_trying": "Looking how notifications stand in this browser…",
    "notices.is_on": "Notifications are on in this browser, also while the inbox is closed.",
    "notices.is_off": "You turned notifications off in this browser.",
    "notices.here": "In this browser",
    "notices.sound": "Play a sound",
    "notices.previews": "Show what visitors write",
    "notices.test": "Send a test",
    "notices.testTitle": "This is a test",
    "notices.testText": "Notifications reach you here.",
    "notices.tested": "The test was sent. If you see nothing, look into your system's notification settings.",
    "notices.devices": "Your devices",
    "notices.noDevices": "No device of yours gets notifications while the inbox is closed.",
    "notices.device": "Unnamed device",
    "notices.thisBrowser": "This browser",
    "notices.since": "Since",
    "notices.remove": "Remove",
    "notices.removeOf": "Remove {label}",
  },
  "pt-BR": {
    "notices.title": "Notificações",
    "notices.kinds": "Avise-me de",
    "notices.kind_new_conversation": "Novas conversas em Não atribuídas, enquanto estou online",
    "notices.kind_new_message": "Novas mensagens nas minhas conversas",
    "notices.kind_assigned_to_you": "Conversas que alguém atribui a mim",
    "notices.what": "O que você escolher aqui vale em todos os seus dispositivos e em todas as abas.",
    "notices.askTitle": "Ativar notificações",
    "notices.askText":
      "Os visitantes esperam por você: seu computador avisa de uma nova conversa ou mensagem, mesmo com a caixa de entrada fechada. O navegador pergunta uma vez.",
    "notices.asking": "Seu navegador está perguntando agora. Escolha “Permitir”.",
    "notices.turnOn": "Ativar notificações",
    "notices.turnOff": "Desativar neste navegador",
    "notices.notNow": "Agora não",
    "notices.again": "Tentar de novo",
    "notices.understood": "Entendi",
    "notices.tabsTitle": "As notificações precisam de uma aba aberta",
    "notices.deniedTitle": "As notificações estão bloqueadas",
    "notices.denied":
      "Este navegador bloqueia as notificações da caixa de entrada, e só você pode permiti-las de novo.",
    "notices.undoChrome":
      "Clique no ícone à esquerda do endereço, escolha “Configurações do site”, mude “Notificações” para “Permitir” e recarregue esta página.",
    "notices.undoEdge":
      "Clique no cadeado à esquerda do endereço, escolha “Permissões para este site”, mude “Notificações” para “Permitir” e recarregue esta página.",
    "notices.undoFirefox":
      "Clique no ícone do balão riscado à esquerda do endereço, remova “Bloqueado” em “Enviar notificações” e recarregue esta página.",
    "notices.undoSafari":
      "Na barra de menus escolha Safari → Ajustes → Sites → Notificações, mude este site para “Permitir” e recarregue esta página.",
    "notices.undoOther":
      "Abra as configurações do navegador para este site, permita as notificações e recarregue esta página.",
    "notices.no_web_push":
      "As notificações aparecem enquanto a caixa de entrada está aberta em uma aba. Esta instalação não envia nenhuma para navegadores fechados.",
    "notices.unreachable":
      "A caixa de entrada só pode avisar você enquanto está aberta em uma aba: o serviço de push do seu navegador não pôde ser alcançado.",
    "notices.too_many_devices":
      "A caixa de entrada só pode avisar você enquanto está aberta em uma aba: você já tem o máximo de dispositivos. Remova um na sua conta.",
    "notices.failed":
      "A caixa de entrada só pode avisar você enquanto está aberta em uma aba: não foi possível inscrever este navegador para mais.",
    "notices.brave":
      "No Brave, abra brave://settings/privacy, ative “Usar serviços do Google para mensagens push” e reinicie o navegador.",
    "notices.is_unsupported":
      "Este navegador não pode mostrar notificações deste endereço. Elas precisam de https e de uma janela que não seja privada.",
    "notices.is_default": "As notificações não estão ativadas neste navegador.",
    "notices.is_trying": "Verificando como estão as notificações neste navegador…",
    "notices.is_on": "As notificações estão ativadas neste navegador, mesmo com a caixa de entrada fechada.",
    "notices.is_off": "Você desativou as notificações neste navegador.",
    "notices.here": "Neste navegador",
    "notices.sound": "Tocar um som",
    "notices.previews": "Mostrar o que os visitantes escrevem",
    "notices.test": "Enviar um teste",
    "notices.testTitle": "Isto é um teste",
    "notices.testText": "As notificações chegam até você aqui.",
    "notices.tested":
      "O teste foi enviado. Se não vir nada, verifique as configurações de notificações do seu sistema.",
    "notices.devices": "Seus dispositivos",
    "notices.noDevices": "Nenhum dispositivo seu recebe notificações com a caixa de entrada fechada.",
    "notices.device": "Dispositivo sem nome",
    "notices.thisBrowser": "Este navegador",
    "notices.since": "Desde",
    "notices.remove": "Remover",
    "notices.removeOf": "Remover {label}",
  },
});
