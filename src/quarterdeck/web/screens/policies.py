"""The addresses of a policy: its screen, the page to read it on, the comparison of two versions, its files."""

from django.urls import path

from quarterdeck.web.policies.files import as_markdown, as_word
from quarterdeck.web.policies.view import compare, policy, read

urlpatterns = [
    path("policies/<int:pk>/", policy, name="policy"),
    path("policies/<int:pk>/read/", read, name="policy_read"),
    path("policies/<int:pk>/compare/", compare, name="policy_compare"),
    path("policies/versions/<int:pk>.md", as_markdown, name="policy_markdown"),
    path("policies/versions/<int:pk>.docx", as_word, name="policy_word"),
]
