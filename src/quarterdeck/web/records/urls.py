"""Addresses of the declared pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from quarterdeck.web.records import choosing, detail, export, forms, lists


class TypeCode(StringConverter):
    """``app.model``."""

    regex = r"[a-z0-9_]+\.[a-z0-9_]+"


register_converter(TypeCode, "typecode")

app_name = "records"
urlpatterns = [
    path("<typecode:code>/", lists.listing, name="list"),
    path("<typecode:code>/export.csv", export.csv_file, name="export"),
    path("<typecode:code>/do/<slug:name>/", forms.create, name="create"),
    path("<typecode:code>/do/<slug:name>/<slug:field>/", choosing.among, name="choose"),
    path("<typecode:code>/<int:pk>/", detail.record, name="detail"),
    path("<typecode:code>/<int:pk>/history/", detail.past, name="history"),
    path("<typecode:code>/<int:pk>/do/<slug:name>/", forms.act, name="act"),
    path("<typecode:code>/<int:pk>/do/<slug:name>/<slug:field>/", choosing.among, name="choose"),
]
