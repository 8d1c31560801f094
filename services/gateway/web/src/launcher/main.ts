export {};

declare const __LIVECHAT_CONFIG__: unknown;
document.dispatchEvent(new CustomEvent("livechat", { detail: __LIVECHAT_CONFIG__ }));
