"""What is known about who chats, and what comes of it: details, persons, organizations, leads, deals, activities.

Owns the streams `details-<conversation id>`, `person-<id>`, `organization-<id>`, `lead-<id>`, `deal-<id>` and
`activity-<id>`. Topics in: playbook.events.v1, conversation.events.v1, crm.events.v1 (its own). Topic out:
crm.events.v1.
"""
