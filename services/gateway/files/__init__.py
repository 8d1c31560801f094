"""Files in conversations: received, checked by their content, kept, and given to who may read the conversation."""

from services.gateway.files.route import is_upload, router

__all__ = ["is_upload", "router"]
