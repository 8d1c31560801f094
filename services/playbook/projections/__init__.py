"""Read models of the playbook service: playbooks and their versions, how visits walk through each, what is around."""

from services.playbook.projections import around, funnel, playbooks

MODELS = (*playbooks.MODELS, *funnel.MODELS, *around.MODELS)
