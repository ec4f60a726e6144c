"""The API's operations, one set for each resource. Built once, when the addresses are read."""

from __future__ import annotations

from collections.abc import Callable
from http.client import responses
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadParameters
from ninja.openapi.schema import OpenAPISchema
from pydantic import BaseModel, create_model

import quarterdeck
from quarterdeck.api import calls
from quarterdeck.api.auth import Session, Token, TooMany, caller
from quarterdeck.kernel.actions import Action, Denied, Invalid, NotVisible, Refused, Stale
from quarterdeck.kernel.actions.base import ActionError
from quarterdeck.kernel.resource import answers
from quarterdeck.kernel.resource.filters import BadQuery, Filter, Kind, accepted
from quarterdeck.kernel.resource.listing import sortable
from quarterdeck.kernel.resource.registry import Resource, all_resources
from quarterdeck.kernel.resource.schema import data_model, form_fields, record_model
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web import errors

Json = dict[str, Any]


class ErrorBody(BaseModel):
    """What went wrong: a code a program can compare, a sentence for a person, where, and each field's faults."""

    code: str
    message: str
    where: str | None
    fields: dict[str, list[str]]


class Error(BaseModel):
    error: ErrorBody


class Offer(BaseModel):
    name: str
    code: str
    label: str
    possible: bool
    reason: str | None


class Offers(BaseModel):
    items: list[Offer]


class Who(BaseModel):
    type: str
    id: int
    title: str


class FieldChange(BaseModel):
    field: str
    label: str
    before: Any
    after: Any


class Version(BaseModel):
    revision: int
    at: str
    who: Who
    system: bool
    action: str | None
    label: str | None
    leaf: int
    erased: bool
    changes: list[FieldChange]


class Versions(BaseModel):
    items: list[Version]
    next: int | None


class Anything(BaseModel):
    items: list[dict[str, Any]]


class Me(BaseModel):
    login: str
    name: str
    permissions: list[str]


FAULTS = (400, 401, 403, 404, 409, 413, 422, 429)


class Documented(NinjaAPI):
    """Every operation may fail alike, which is written into the description once, when somebody asks for it.

    Declaring it on each operation makes thousands of models at every start, most of the time that a start takes.
    """

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"] |= _definitions(Error)
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status in FAULTS:
                    operation["responses"][status] = {"description": responses[status], "content": content}
        return schema


def _definitions(model: type[BaseModel]) -> Json:
    """The components that describe ``model``, itself among them."""
    described = model.model_json_schema(ref_template="#/components/schemas/{model}")
    inner: Json = described.pop("$defs", {})
    return inner | {model.__name__: described}


api = Documented(
    title="Quarterdeck",
    version=quarterdeck.__version__,
    description="Everything the pages show and do, with the same permissions. Every change is an action.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=[Token(), Session()],
)


def _fault(status: int, code: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        fields = error.errors if isinstance(error, Invalid) else {}
        message = _("The data given is not valid.") if isinstance(error, Invalid) else str(error)
        return errors.problem(status, code, message, where=request.path, fields=dict(fields))

    return answer


for _kind, _status in ((NotVisible, 404), (Denied, 403), (Stale, 409), (Refused, 409), (Invalid, 422)):
    api.add_exception_handler(_kind, _fault(_status, _kind.code))
api.add_exception_handler(ActionError, _fault(409, ActionError.code))


@api.exception_handler(answers.Missing)
@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.problem(404, "not_found", _("There is no such record."), where=request.path)


@api.exception_handler(calls.ByTokenRefused)
def _by_token(request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.problem(
        403, "denied", _("A token makes and revokes no tokens; sign in for that."), where=request.path
    )


@api.exception_handler(calls.TooLarge)
def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.too_large(request)


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.too_many(request)


@api.exception_handler(BadQuery)
def _bad_query(request: HttpRequest, error: BadQuery) -> HttpResponse:
    return errors.problem(422, "invalid", error.message, where=error.where)


@api.exception_handler(AuthenticationError)
def _who_are_you(request: HttpRequest, error: Exception) -> HttpResponse:
    response = errors.problem(401, "not_signed_in", _("Send a valid token, or sign in."), where=request.path)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(BadParameters)
def _bad_parameters(request: HttpRequest, error: BadParameters) -> HttpResponse:
    wrong = {".".join(str(part) for part in item["loc"]): [str(item["msg"])] for item in error.errors}
    return errors.problem(422, "invalid", _("The data given is not valid."), where=request.path, fields=wrong)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 403:
        return errors.csrf_failure(request)
    return errors.problem(error.status_code, "error", str(error), where=request.path)


general = Router(tags=["General"])


@general.get("/me", response={200: Me}, operation_id="me", summary="Who is calling, and their permissions")
def me(request: HttpRequest) -> JsonResponse:
    user = caller(request)
    held = sorted(sight_of(request).permissions)
    return JsonResponse({"login": user.login, "name": user.full_name, "permissions": held})


@general.get("/types", response={200: Anything}, operation_id="types", summary="Types of records you may see")
def types(request: HttpRequest) -> JsonResponse:
    return JsonResponse(answers.types(sight_of(request)))


@general.get("/claims", response={200: Anything}, operation_id="claims", summary="Predicates a claim may name")
def claims(request: HttpRequest) -> JsonResponse:
    return JsonResponse(answers.predicates())


api.add_router("", general)

_MOMENT: list[Json] = [
    {
        "name": "as_of",
        "in": "query",
        "schema": {"type": "string", "format": "date"},
        "description": "The state as it held on this day",
    },
    {
        "name": "known_at",
        "in": "query",
        "schema": {"type": "string", "format": "date-time"},
        "description": "The state as it was known at this time",
    },
]
_ONCE: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The same key sent again does not do it again",
}
_REVISION: Json = {
    "name": "revision",
    "in": "query",
    "schema": {"type": "integer"},
    "description": "The revision you saw; 409 when it has changed since",
}


def _filter_parameters(found: Filter, name: str) -> Json:
    schema: Json = {"type": "string"}
    if found.kind in (Kind.CHOICE, Kind.BOOLEAN):
        schema["enum"] = [value for value, _label in found.choices()]
    elif found.kind is Kind.DAY:
        schema["format"] = "date"
    elif found.kind is Kind.REFERENCE and found.target is not None:
        schema["description"] = f"Key of {found.target._meta.label_lower}"
    repeated = {"type": "array", "items": schema}
    many = found.kind not in (Kind.DAY, Kind.TIME)
    return {"name": name, "in": "query", "schema": repeated if many else schema, "description": found.label}


def _list_parameters(resource: Resource) -> list[Json]:
    made = [_filter_parameters(found, name) for name, found in accepted(resource).items()]
    if resource.search:
        made.append({"name": "q", "in": "query", "schema": {"type": "string"}, "description": "Words to search for"})
    names = sorted(sortable(resource))
    if names:
        either = [option for name in names for option in (name, f"-{name}")]
        made.append({"name": "sort", "in": "query", "schema": {"type": "string", "enum": either}})
    for name in ("after", "before"):
        made.append({"name": name, "in": "query", "schema": {"type": "string"}, "description": "Cursor of a page"})
    made.append(
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}}
    )
    return [*made, *_MOMENT]


def _body(action: type[Action[Any]]) -> Json | None:
    """The request body: JSON, and a multipart form where a file may come along."""
    from django import forms

    from quarterdeck.kernel.files.fields import UploadField

    fields = form_fields(action)
    if not fields:
        return None
    schema = data_model(action).model_json_schema()
    content: Json = {"application/json": {"schema": schema}}
    files = [name for name, field in fields.items() if isinstance(field, UploadField | forms.FileField)]
    if files:
        properties = dict(schema["properties"]) | {name: {"type": "string", "format": "binary"} for name in files}
        content["multipart/form-data"] = {"schema": schema | {"properties": properties}}
    return {"content": content, "required": bool(schema.get("required"))}


def _routes(resource: Resource) -> Router:
    router = Router(tags=[str(resource.label_plural)])
    name = resource.code.replace(".", "_")
    record = record_model(resource)
    listed = create_model(
        f"{record.__name__}Page",
        items=(list[record], ...),  # type: ignore[valid-type]
        next=(str | None, ...),
        previous=(str | None, ...),
        count=(int | None, ...),
        more=(bool, ...),
    )
    fields: dict[str, Any] = {"record": (record | None, ...), "leaf": (int | None, ...)}
    did: type[BaseModel] = create_model(f"{record.__name__}Done", **fields)

    @router.get(
        "",
        response={200: listed},
        operation_id=f"{name}_list",
        summary=f"List {resource.label_plural}",
        openapi_extra={"parameters": _list_parameters(resource)},
    )
    def listing(request: HttpRequest) -> JsonResponse:
        sight = calls.sight_on(request, resource)
        return JsonResponse(answers.listed(resource, sight, answers.read_query(request.GET)))

    @router.get("/actions", response={200: Offers}, operation_id=f"{name}_creating", summary="Ways to make one")
    def ways(request: HttpRequest) -> JsonResponse:
        calls.sight_on(request, resource)
        return JsonResponse(answers.offered(resource, sight_of(request), None))

    @router.get(
        "/{int:key}",
        response={200: record},
        operation_id=f"{name}_get",
        summary=f"Get one {resource.label}",
        openapi_extra={"parameters": _MOMENT},
    )
    def get(request: HttpRequest, key: int) -> JsonResponse:
        sight = calls.sight_on(request, resource)
        return JsonResponse(answers.one(resource, sight, key, answers.read_moment(request.GET)))

    @router.get(
        "/{int:key}/history",
        response={200: Versions},
        operation_id=f"{name}_history",
        summary="Every version, newest first",
    )
    def history(request: HttpRequest, key: int, before: int | None = None) -> JsonResponse:
        return JsonResponse(answers.versions(resource, calls.sight_on(request, resource), key, before))

    @router.get(
        "/{int:key}/actions",
        response={200: Offers},
        operation_id=f"{name}_actions",
        summary="What you may do with it, and why not now",
    )
    def offers(request: HttpRequest, key: int) -> JsonResponse:
        return JsonResponse(answers.offered(resource, calls.sight_on(request, resource), key))

    for action in resource.actions:
        _action_route(router, resource, action, did)
    return router


def _action_route(router: Router, resource: Resource, action: type[Action[Any]], did: type[BaseModel]) -> None:
    extra: Json = {"parameters": [_ONCE] if action.creates else [_REVISION, _ONCE]}
    asked = _body(action)
    if asked is not None:
        extra["requestBody"] = asked
    described: Json = {
        "operation_id": action.code().replace(".", "_"),
        "summary": str(action.label),
        "description": f"Permission: {action.code()}. {action.help}".strip(),
        "openapi_extra": extra,
    }
    if action.creates:

        @router.post(f"/actions/{action.name}", response={201: did}, **described)
        def create(request: HttpRequest) -> JsonResponse:
            return calls.do(request, resource, action, None)

    else:

        @router.post(f"/{{int:key}}/actions/{action.name}", response={200: did}, **described)
        def act(request: HttpRequest, key: int) -> JsonResponse:
            return calls.do(request, resource, action, key)


for _resource in all_resources():
    api.add_router(f"/records/{_resource.code}", _routes(_resource))
