"""What leaves the notifier: requests to push services, at addresses that were checked."""

from services.notifier.outbound.addresses import BadEndpoint
from services.notifier.outbound.push import Message, Push, Result, Subscription, WebPush, new_vapid_key

__all__ = ["BadEndpoint", "Message", "Push", "Result", "Subscription", "WebPush", "new_vapid_key"]
