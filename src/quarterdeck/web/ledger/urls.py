"""The ledger's addresses."""

from django.urls import path

from quarterdeck.web.ledger import views

urlpatterns = [
    path("ledger/", views.listing, name="ledger"),
    path("ledger/checkpoint", views.latest_checkpoint, name="ledger-checkpoint"),
    path("ledger/<int:seq>/", views.leaf, name="ledger-leaf"),
    path("ledger/<int:seq>/proof.json", views.proof, name="ledger-proof"),
]
