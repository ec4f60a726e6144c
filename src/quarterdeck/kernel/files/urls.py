from django.urls import path

from quarterdeck.kernel.files.views import download

urlpatterns = [path("files/<int:pk>/download/", download, name="file_download")]
