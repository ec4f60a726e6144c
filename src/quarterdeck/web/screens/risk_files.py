"""The address under which the register is taken away as a file."""

from django.urls import path

from quarterdeck.web.risk_files import export

urlpatterns = [path("risks/register.<str:form>", export, name="risk_export")]
