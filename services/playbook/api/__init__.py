"""HTTP of the playbook service: playbooks and their drafts for editors, visits for their visitors."""

from fastapi import APIRouter

from services.playbook.api import drafts, playbooks, visits

router = APIRouter()
router.include_router(playbooks.router)
router.include_router(drafts.router)
router.include_router(visits.router)
