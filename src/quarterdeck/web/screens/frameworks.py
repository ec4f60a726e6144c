"""The gap view's addresses."""

from django.urls import path

from quarterdeck.web.frameworks.out import oscal, statement
from quarterdeck.web.frameworks.view import framework

urlpatterns = [
    path("frameworks/<int:pk>/", framework, name="framework"),
    path("frameworks/<int:pk>/statement.<str:kind>", statement, name="framework-statement"),
    path("frameworks/oscal/<str:name>.json", oscal, name="oscal"),
]
