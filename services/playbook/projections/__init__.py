"""Read models of the playbook service: playbooks and their versions, how visits walk through each, what is around,
and the visits themselves."""

from services.playbook.projections import around, funnel, history, playbooks

MODELS = (*playbooks.MODELS, *funnel.MODELS, *around.MODELS, *history.MODELS)
